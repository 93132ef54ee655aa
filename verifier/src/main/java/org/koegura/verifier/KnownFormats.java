package org.koegura.verifier;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.StringJoiner;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;

/// Within check 7: which payload types of each leg the recording says the meaning of, and which came.
///
/// What accompanies the audio, such as telephone events, is kept and not named: a type without a meaning is no fault,
/// and is told.
final class KnownFormats {

    static final String[] LEGS = {"inside", "outside"};

    private static final int PAYLOAD_TYPES = 128;

    /// RFC 3551, tables 4 and 5: types below mean what stands there.
    private static final int FIRST_FREE_TYPE = 35;

    private static final int RTP_HEADER_BYTES = 12;

    private final BitSet[] known = {new BitSet(), new BitSet()};
    private final long[][] packets = new long[LEGS.length][PAYLOAD_TYPES];

    /// Takes the formats of the opening facts.
    void opening(Members facts) throws Malformed {
        for (Members format : facts.objects("formats")) {
            String leg = format.oneOf("leg", LEGS);
            known[leg.equals(LEGS[0]) ? 0 : 1].set(payloadType(format));
        }
    }

    /// Takes those of a formats block: one or more, each of another type.
    void block(int leg, byte[] json) throws Malformed {
        Members block = Members.parse("a formats block", json);
        BitSet here = new BitSet();
        for (Members format : block.objects("formats")) {
            int payloadType = payloadType(format);
            if (here.get(payloadType)) {
                throw block.fault("formats", "payload type " + payloadType + " stands twice");
            }
            here.set(payloadType);
        }
        if (here.isEmpty()) {
            throw block.fault("formats", "one or more are needed");
        }
        known[leg].or(here);
    }

    private static int payloadType(Members format) throws Malformed {
        NoticeCheck.examineFormat(format);
        return (int) format.whole("payloadType", 0, PAYLOAD_TYPES - 1);
    }

    /// Counts a datagram by its payload type (RFC 3550 §5.1), where it is RTP.
    void datagram(int leg, ByteBuffer datagram) {
        if (datagram.remaining() >= RTP_HEADER_BYTES && (datagram.get(datagram.position()) & 0xC0) == 0x80) {
            packets[leg][datagram.get(datagram.position() + 1) & 0x7F]++;
        }
    }

    /// Tells what came and has no meaning. One that is said late holds for earlier packets too: call it at the end.
    void remark(Findings findings) {
        for (int leg = 0; leg < LEGS.length; leg++) {
            StringJoiner unknown = new StringJoiner(", ", LEGS[leg] + ": no format is told for ", "");
            unknown.setEmptyValue("");
            for (int type = FIRST_FREE_TYPE; type < PAYLOAD_TYPES; type++) {
                if (packets[leg][type] > 0 && !known[leg].get(type)) {
                    unknown.add(packets[leg][type] + " packets of payload type " + type);
                }
            }
            if (unknown.length() > 0) {
                findings.remarked(
                        Check.PLAINTEXT, unknown + "; what accompanies the audio, as telephone events do, has none");
            }
        }
    }
}
