package org.koegura.sipproxy.media;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.MediaPlane;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.MediaSession.LocalMedia;
import org.koegura.sipproxy.sdp.MediaDescription;

/// Which m-lines of a call pass through us. What was once decided for an m-line holds for the life of the call:
/// half an exchange with our ports and half without would leave both parties deaf. Not safe for two threads at
/// once.
public final class AnchoredPorts {

    private final MediaSession media;
    private final Set<Integer> anchored = new HashSet<>();
    private final Set<Integer> passingBy = new HashSet<>();
    private final Set<InetSocketAddress> own = new HashSet<>(); // bounded by the m-lines, of which each has four

    public AnchoredPorts(MediaSession media) {
        this.media = media;
    }

    /// A party is reached there: its ports are of that family.
    public void signalledAt(Leg leg, InetAddress address) {
        media.signalledAt(leg, address);
    }

    /// Our addresses for a description that goes on to the party on `towards`, by m-line. Blocks until bound.
    public Map<Integer, LocalMedia> towards(Leg towards, List<MediaDescription> descriptions) {
        Map<Integer, LocalMedia> locals = new TreeMap<>();
        for (int i = 0; i < descriptions.size(); i++) {
            LocalMedia local = descriptions.get(i).relayed() ? local(i, towards) : null;
            if (local != null) {
                locals.put(i, local);
            }
        }
        return locals;
    }

    /// An m-line has its ports already.
    public void resume(int mLine) {
        for (Leg leg : Leg.values()) {
            LocalMedia _ = local(mLine, leg);
        }
    }

    /// Whether the m-line has ports of ours.
    public boolean isAnchored(int mLine) {
        return anchored.contains(mLine);
    }

    /// Whether that port is ours, in this call.
    public boolean isOwn(InetSocketAddress place) {
        return own.contains(place);
    }

    /// Whether an m-line of audio had to pass us by for want of a port.
    public boolean lacksAudioPort(List<MediaDescription> descriptions) {
        for (int i = 0; i < descriptions.size(); i++) {
            if (passingBy.contains(i) && descriptions.get(i).media().equals("audio")) {
                return true;
            }
        }
        return false;
    }

    private @Nullable LocalMedia local(int mLine, Leg towards) {
        if (passingBy.contains(mLine)) {
            return null;
        }
        try {
            LocalMedia local = media.local(mLine, towards);
            anchored.add(mLine);
            own.add(local.rtp());
            own.add(local.rtcp());
            return local;
        } catch (MediaPlane.NoFreePort none) {
            passingBy.add(mLine);
            return null;
        }
    }
}
