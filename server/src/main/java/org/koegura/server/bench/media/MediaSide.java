package org.koegura.server.bench.media;

/// What the packets pass through.
enum MediaSide {
    /// Nothing: the parties send to each other. What is left is the generator's and the kernel's own.
    DIRECT("direct", "nothing between"),
    C("c", "C relay"),
    RTPENGINE("rtpengine", "rtpengine"),
    /// `koegura run`, calls of a line that is never announced nor recorded.
    KOEGURA("forward", "koegura, relaying"),
    C_RECORDING("c_recording", "C relay, plain files"),
    RTPENGINE_RECORDING("rtpengine_recording", "rtpengine, plain pcap"),
    /// `koegura run` with all that a new installation has on.
    KOEGURA_RECORDING("record", "koegura, recording");

    private final String key;
    private final String title;

    MediaSide(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /// As the names of figures begin.
    String key() {
        return key;
    }

    /// As people read it.
    String title() {
        return title;
    }

    /// Whether it keeps what it relays.
    boolean isRecording() {
        return switch (this) {
            case DIRECT, C, RTPENGINE, KOEGURA -> false;
            case C_RECORDING, RTPENGINE_RECORDING, KOEGURA_RECORDING -> true;
        };
    }

    boolean isProduct() {
        return this == KOEGURA || this == KOEGURA_RECORDING;
    }
}
