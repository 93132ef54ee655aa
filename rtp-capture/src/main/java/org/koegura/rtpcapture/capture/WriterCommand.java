package org.koegura.rtpcapture.capture;

import java.net.InetSocketAddress;
import java.util.List;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.RecordingSink;

/// What an event loop tells its [TrackWriter] beside the packets. Its position in the [CaptureRing] puts it in order:
/// it comes after every packet before that position and before every packet from there on.
public sealed interface WriterCommand {

    long position();

    Track track();

    /// The first of a track: the slot is its from now on.
    record Open(long position, Track track, RecordingSink.Opening opening) implements WriterCommand {}

    /// Packets of this leg come from there, to that port of ours.
    record Path(long position, Track track, Leg leg, InetSocketAddress source, InetSocketAddress destination)
            implements WriterCommand {}

    /// Payload types of this leg mean this from now on.
    record Formats(long position, Track track, Leg leg, long sinceEpochNanos, List<AudioFormat> formats)
            implements WriterCommand {}

    /// The last of a track: the slot is free.
    record Close(long position, Track track, Track.Ending ending) implements WriterCommand {}
}
