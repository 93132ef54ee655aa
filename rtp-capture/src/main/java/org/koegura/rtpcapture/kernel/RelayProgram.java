package org.koegura.rtpcapture.kernel;

import static org.koegura.rtpcapture.kernel.Instructions.Register.FP;
import static org.koegura.rtpcapture.kernel.Instructions.Register.R0;
import static org.koegura.rtpcapture.kernel.Instructions.Register.R1;
import static org.koegura.rtpcapture.kernel.Instructions.Register.R2;
import static org.koegura.rtpcapture.kernel.Instructions.Register.R3;
import static org.koegura.rtpcapture.kernel.Instructions.Register.R4;
import static org.koegura.rtpcapture.kernel.Instructions.Register.R5;
import static org.koegura.rtpcapture.kernel.Instructions.Register.R6;
import static org.koegura.rtpcapture.kernel.Instructions.Register.R7;
import static org.koegura.rtpcapture.kernel.Instructions.Register.R8;
import static org.koegura.rtpcapture.kernel.Instructions.Register.R9;
import static org.koegura.rtpcapture.kernel.Instructions.Size.BYTE;
import static org.koegura.rtpcapture.kernel.Instructions.Size.DOUBLE;
import static org.koegura.rtpcapture.kernel.Instructions.Size.HALF;
import static org.koegura.rtpcapture.kernel.Instructions.Size.WORD;
import static org.koegura.rtpcapture.kernel.Instructions.When.EQUAL;
import static org.koegura.rtpcapture.kernel.Instructions.When.GREATER;
import static org.koegura.rtpcapture.kernel.Instructions.When.LESS;
import static org.koegura.rtpcapture.kernel.Instructions.When.NOT_EQUAL;

/// What the kernel does with a packet of a flow that was lent to it: a copy into the loop's ring, new addresses, new
/// numbers, and out again. Anything that is not exactly such a packet, and any packet for which the ring has no room,
/// goes the usual way to its socket.
///
/// It runs where a frame comes in (`tcx`, direction ingress), before the host's own routing and packet filter.
///
/// ```
/// frame    0 Ethernet   14 IPv4 without options   34 UDP   42 RTP
///
/// stack   -64 the new words, -32 the old ones, each:
///           0  4  version, type of service, length      16  4  ports, source first
///           4  4  time to live, protocol, 0             20  4  RTP: flags, payload type, sequence number
///           8  4  source                                24  4  timestamp
///          12  4  destination                           28  4  SSRC
/// ```
final class RelayProgram {

    private static final int LOOKUP = 1;
    private static final int MONOTONIC_NANOS = 5;
    private static final int REPLACE_IP_CHECKSUM = 10;
    private static final int REPLACE_UDP_CHECKSUM = 11;
    private static final int REDIRECT = 23;
    private static final int LOAD_BYTES = 26;
    private static final int CHECKSUM_DIFFERENCE = 28;
    private static final int RING_RESERVE = 131;
    private static final int RING_SUBMIT = 132;
    private static final int RING_DISCARD = 133;
    private static final int REDIRECT_TO_NEIGHBOUR = 152;

    private static final int PSEUDO_HEADER = 0x10;
    private static final int LEAVE_ZERO = 0x20;
    private static final int NO_WAKEUP = 1;
    /// On to the next program, or to the host.
    private static final int NEXT = -1;

    private static final int FRAME_LENGTH = 0;
    private static final int FRAME_KIND = 4;
    private static final int FOR_THIS_HOST = 0;
    private static final int VLAN_TAGGED = 20;
    private static final int SEGMENT_BYTES = 176;
    private static final int FRAME = 76;
    private static final int FRAME_END = 80;

    private static final int IP = 14;
    private static final int UDP = 34;
    private static final int RTP = 42;
    private static final int RTP_BYTES = 12;
    private static final int UDP_BYTES = 8;

    private static final int OLD = -32;
    private static final int NEW = -64;
    private static final int FIRST_WORD = 0;
    private static final int LIFE = 4;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 12;
    private static final int PORTS = 16;
    private static final int SEQUENCE = 20;
    private static final int TIMESTAMP = 24;
    private static final int SSRC = 28;

    private final Instructions code = new Instructions();

    private RelayProgram() {}

    /// @param keys descriptor of the map from a flow's key to its number
    /// @param flows descriptor of the array of flows
    /// @param rings descriptor of the array of rings
    static byte[] of(int keys, int flows, int rings) {
        RelayProgram program = new RelayProgram();
        program.recognise();
        program.find(keys, flows);
        program.match();
        program.copy(rings);
        program.rewrite();
        program.send();
        program.others();
        return program.code.bytes();
    }

    /// R6 the context, R8 the frame: for this host, without a tag, IPv4 without options, UDP, no fragment, as long as
    /// an RTP header.
    private void recognise() {
        code.move(R6, R1).load(WORD, R8, R6, FRAME).load(WORD, R3, R6, FRAME_END);
        code.move(R2, R8).add(R2, RTP + RTP_BYTES).jump(GREATER, R2, R3, "others");
        code.load(WORD, R2, R6, FRAME_KIND).jump(NOT_EQUAL, R2, FOR_THIS_HOST, "others");
        code.load(WORD, R2, R6, VLAN_TAGGED).jump(NOT_EQUAL, R2, 0, "others"); // it is of another interface
        code.load(WORD, R2, R6, SEGMENT_BYTES).jump(NOT_EQUAL, R2, 0, "others"); // several in one
        code.load(HALF, R2, R8, 12).jump(NOT_EQUAL, R2, 0x0008, "others");
        code.load(BYTE, R2, R8, IP).jump(NOT_EQUAL, R2, 0x45, "others");
        code.load(BYTE, R2, R8, IP + 9).jump(NOT_EQUAL, R2, 17, "others");
        code.load(HALF, R2, R8, IP + 6).and(R2, 0xFF3F).jump(NOT_EQUAL, R2, 0, "others");
    }

    /// R7 the flow, if it is lent. Its place may have become another's since its number was read: the key tells.
    private void find(int keys, int flows) {
        old(SOURCE, IP + 12);
        old(DESTINATION, IP + 16);
        old(PORTS, UDP);
        code.map(R1, keys).move(R2, FP).add(R2, OLD + SOURCE).call(LOOKUP);
        code.jump(EQUAL, R0, 0, "others").load(WORD, R2, R0, 0).store(WORD, FP, NEW, R2);
        code.map(R1, flows).move(R2, FP).add(R2, NEW).call(LOOKUP);
        code.jump(EQUAL, R0, 0, "others").move(R7, R0);
        code.load(WORD, R2, R7, Flow.STATE_AT).jump(NOT_EQUAL, R2, Flow.LENT, "others");
        same(SOURCE, Flow.KEY_AT);
        same(DESTINATION, Flow.KEY_AT + 4);
        same(PORTS, Flow.KEY_AT + 8);
    }

    private void same(int word, int at) {
        code.load(WORD, R2, FP, OLD + word).load(WORD, R3, R7, at).jump(NOT_EQUAL, R2, R3, "others");
    }

    private void old(int word, int at) {
        code.load(WORD, R2, R8, at).store(WORD, FP, OLD + word, R2);
    }

    /// R9 the length of the RTP packet, 12 to the most that a record takes; of the flow's source and type.
    private void match() {
        code.load(BYTE, R2, R8, RTP).and(R2, 0xC0).jump(NOT_EQUAL, R2, 0x80, "others");
        code.load(BYTE, R2, R8, RTP + 1).and(R2, 0x7F);
        code.load(BYTE, R3, R7, Flow.PAYLOAD_TYPE_AT).jump(NOT_EQUAL, R2, R3, "others");
        old(SSRC, RTP + 8);
        code.load(WORD, R3, R7, Flow.SSRC_AT).jump(NOT_EQUAL, R2, R3, "others");
        code.load(HALF, R9, R8, UDP + 4).swap16(R9);
        code.load(HALF, R2, R8, IP + 2).swap16(R2).add(R2, IP - UDP).jump(NOT_EQUAL, R2, R9, "others");
        code.load(WORD, R2, R6, FRAME_LENGTH).add(R2, -UDP).jump(LESS, R2, R9, "others");
        code.jump(LESS, R9, UDP_BYTES + RTP_BYTES, "others").add(R9, -UDP_BYTES);
        code.jump(GREATER, R9, PassedRing.PACKET_BYTES_MAX, "others");
        old(FIRST_WORD, IP);
        code.load(WORD, R2, R8, IP + 8).and(R2, 0xFFFF).store(WORD, FP, OLD + LIFE, R2);
        code.and(R2, 0xFF).jump(LESS, R2, 2, "others"); // so that nothing goes round for ever
        old(SEQUENCE, RTP);
        old(TIMESTAMP, RTP + 4);
    }

    /// R8 the record, in place of the frame.
    private void copy(int rings) {
        code.load(WORD, R2, R7, Flow.LOOP_AT).store(WORD, FP, NEW, R2);
        code.map(R1, rings).move(R2, FP).add(R2, NEW).call(LOOKUP).jump(EQUAL, R0, 0, "others");
        code.move(R1, R0).jump(GREATER, R9, PassedRing.SMALL_PACKET_BYTES, "large");
        intoRecord(PassedRing.SMALL_PACKET_BYTES);
        code.jump("copied").place("large");
        intoRecord(PassedRing.PACKET_BYTES_MAX);
        code.place("copied");
        code.call(MONOTONIC_NANOS).store(DOUBLE, R8, PassedRing.ARRIVAL_AT, R0);
        code.load(WORD, R2, R7, Flow.ID_AT).store(WORD, R8, PassedRing.FLOW_AT, R2);
        code.store(WORD, R8, PassedRing.LENGTH_AT, R9);
    }

    private void intoRecord(int bytes) {
        code.move(R2, PassedRing.HEADER_BYTES + bytes).move(R3, 0).call(RING_RESERVE);
        code.jump(EQUAL, R0, 0, "full").move(R8, R0);
        code.move(R1, R6).move(R2, RTP).move(R3, R8).add(R3, PassedRing.HEADER_BYTES);
        code.move(R4, R9).call(LOAD_BYTES).jump(NOT_EQUAL, R0, 0, "discard");
    }

    private void rewrite() {
        code.load(WORD, R2, FP, OLD + FIRST_WORD).and(R2, 0xFFFF00FF);
        code.load(WORD, R3, R7, Flow.TYPE_OF_SERVICE_AT).or(R2, R3).store(WORD, FP, NEW + FIRST_WORD, R2);
        code.load(WORD, R2, FP, OLD + LIFE).add(R2, -1).store(WORD, FP, NEW + LIFE, R2);
        fresh(SOURCE, Flow.NEW_SOURCE_AT);
        fresh(DESTINATION, Flow.NEW_DESTINATION_AT);
        fresh(PORTS, Flow.NEW_PORTS_AT);
        fresh(SSRC, Flow.NEW_SSRC_AT);
        code.load(WORD, R2, FP, OLD + SEQUENCE).store(WORD, FP, NEW + SEQUENCE, R2);
        code.load(HALF, R2, FP, OLD + SEQUENCE + 2).swap16(R2).load(WORD, R3, R7, Flow.SEQUENCE_OFFSET_AT);
        code.add(R2, R3).swap16(R2).store(HALF, FP, NEW + SEQUENCE + 2, R2);
        code.load(WORD, R2, FP, OLD + TIMESTAMP).swap32(R2).load(WORD, R3, R7, Flow.TIMESTAMP_OFFSET_AT);
        code.add(R2, R3).swap32(R2).store(WORD, FP, NEW + TIMESTAMP, R2);
        difference(FIRST_WORD, 16);
        code.move(R1, R6).move(R2, IP + 10).move(R3, 0).move(R4, R0).move(R5, 0).call(REPLACE_IP_CHECKSUM);
        code.jump(NOT_EQUAL, R0, 0, "discard");
        difference(SOURCE, 8);
        udpChecksum(PSEUDO_HEADER);
        difference(PORTS, 16);
        udpChecksum(0);
        code.load(WORD, R9, R6, FRAME).load(WORD, R3, R6, FRAME_END);
        code.move(R2, R9).add(R2, RTP + RTP_BYTES).jump(GREATER, R2, R3, "discard");
        code.load(BYTE, R2, FP, NEW + FIRST_WORD + 1).store(BYTE, R9, IP + 1, R2);
        code.load(BYTE, R2, FP, NEW + LIFE).store(BYTE, R9, IP + 8, R2);
        written(SOURCE, IP + 12);
        written(DESTINATION, IP + 16);
        written(PORTS, UDP);
        written(SEQUENCE, RTP);
        written(TIMESTAMP, RTP + 4);
        written(SSRC, RTP + 8);
    }

    private void fresh(int word, int at) {
        code.load(WORD, R2, R7, at).store(WORD, FP, NEW + word, R2);
    }

    private void difference(int word, int bytes) {
        code.move(R1, FP).add(R1, OLD + word).move(R2, bytes);
        code.move(R3, FP).add(R3, NEW + word).move(R4, bytes).move(R5, 0).call(CHECKSUM_DIFFERENCE);
    }

    private void udpChecksum(int flags) {
        code.move(R1, R6).move(R2, UDP + 6).move(R3, 0).move(R4, R0);
        code.move(R5, flags | LEAVE_ZERO).call(REPLACE_UDP_CHECKSUM);
    }

    private void written(int word, int at) {
        code.load(WORD, R2, FP, NEW + word).store(WORD, R9, at, R2);
    }

    private void send() {
        code.move(R1, R8).move(R2, NO_WAKEUP).call(RING_SUBMIT);
        code.load(WORD, R1, R7, Flow.INTERFACE_AT)
                .load(WORD, R5, R7, Flow.HERE_AT)
                .move(R2, 0);
        code.jump(NOT_EQUAL, R5, 0, "here").move(R3, 0).move(R4, 0);
        code.call(REDIRECT_TO_NEIGHBOUR).exit();
        code.place("here").call(REDIRECT).exit();
    }

    private void others() {
        code.place("full")
                .move(R2, Flow.STOPPED)
                .store(WORD, R7, Flow.STATE_AT, R2)
                .jump("others");
        code.place("discard").move(R1, R8).move(R2, NO_WAKEUP).call(RING_DISCARD);
        code.place("others").move(R0, NEXT).exit();
    }
}
