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
    private static final int CHECKSUM_LEVEL = 135;
    private static final int REDIRECT_TO_NEIGHBOUR = 152;

    private static final int PSEUDO_HEADER = 0x10;
    private static final int LEAVE_ZERO = 0x20;
    private static final int NO_WAKEUP = 1;
    /// On to the next program, or to the host.
    private static final int NEXT = -1;

    private static final int FRAME_LENGTH = 0;
    private static final int FRAME_KIND = 4;
    private static final int MARK = 8;
    private static final int FOR_THIS_HOST = 0;
    private static final int VLAN_TAGGED = 20;
    private static final int PRIORITY = 32;
    private static final int INTERFACE = 40;
    private static final int SEGMENT_BYTES = 176;
    private static final int FRAME = 76;
    private static final int FRAME_END = 80;

    private static final int IP = 14;
    private static final int UDP = 34;
    private static final int RTP = 42;
    private static final int RTP_BYTES = 12;
    private static final int UDP_BYTES = 8;
    private static final int WORD_BYTES = 4;

    /// So many hops, at least, are left to go: with fewer it goes to the socket, which begins anew. And nothing goes
    /// round
    /// for ever.
    private static final int LIFE_MIN = 33;

    /// What the kernel counts a checksum over at a time.
    private static final int SUM_BYTES_MAX = 512;

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

    /// Until the new words are written: the datagram's, and the sum of what is no part of it (RFC 768).
    private static final int CHECKSUM = NEW + SOURCE;

    private static final int PSEUDO_SUM = NEW + DESTINATION;

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
        program.verify();
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

    /// R7 the flow, if it is lent and the packet came by the interface that leads back to its source. Its place may
    /// have become another's since its number was read: the key tells.
    private void find(int keys, int flows) {
        old(SOURCE, IP + 12);
        old(DESTINATION, IP + 16);
        old(PORTS, UDP);
        code.map(R1, keys).move(R2, FP).add(R2, OLD + SOURCE).call(LOOKUP);
        code.jump(EQUAL, R0, 0, "others").load(WORD, R2, R0, 0).store(WORD, FP, NEW, R2);
        code.map(R1, flows).move(R2, FP).add(R2, NEW).call(LOOKUP);
        code.jump(EQUAL, R0, 0, "others").move(R7, R0);
        code.load(WORD, R2, R7, Flow.STATE_AT).jump(EQUAL, R2, Flow.ON_TRIAL, "to the socket");
        code.jump(NOT_EQUAL, R2, Flow.LENT, "others");
        same(SOURCE, Flow.KEY_AT);
        same(DESTINATION, Flow.KEY_AT + 4);
        same(PORTS, Flow.KEY_AT + 8);
        // by another one whoever says he is the source may have sent it: the host decides, as of any packet
        code.load(WORD, R2, R6, INTERFACE).load(WORD, R3, R7, Flow.COMING_BY_AT);
        code.jump(NOT_EQUAL, R2, R3, "others");
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
        code.and(R2, 0xFF).jump(LESS, R2, LIFE_MIN, "others");
        code.load(HALF, R2, R8, UDP + 6).store(WORD, FP, CHECKSUM, R2);
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
        code.move(R2, PassedRing.HEADER_BYTES + bytes + WORD_BYTES).move(R3, 0).call(RING_RESERVE);
        code.jump(EQUAL, R0, 0, "full").move(R8, R0);
        code.move(R2, R9).and(R2, -WORD_BYTES).add(R2, R8).move(R3, 0); // what the last word has beyond the packet
        code.store(WORD, R2, PassedRing.HEADER_BYTES, R3);
        code.move(R1, R6).move(R2, RTP).move(R3, R8).add(R3, PassedRing.HEADER_BYTES);
        code.move(R4, R9).call(LOAD_BYTES).jump(NOT_EQUAL, R0, 0, "discard");
    }

    /// A datagram that was damaged on its way goes to the socket, that is, to where the kernel drops it. One whose
    /// sender
    /// counted no checksum has none to verify (RFC 768); nor has one that never was on a wire and whose checksum
    /// the card would have to count: that is the sum of the pseudo header until then.
    private void verify() {
        code.load(WORD, R2, FP, CHECKSUM).jump(EQUAL, R2, 0, "right");
        code.move(R1, R6).move(R2, 0).call(CHECKSUM_LEVEL).jump(LESS, R0, 4, "right"); // the card has verified it
        code.move(R1, 0)
                .move(R2, 0)
                .move(R3, FP)
                .add(R3, OLD + SOURCE)
                .move(R4, 8)
                .move(R5, 0);
        code.call(CHECKSUM_DIFFERENCE).add(R0, 17 << 8);
        udpLength();
        fold();
        code.store(WORD, FP, PSEUDO_SUM, R0).load(WORD, R2, FP, CHECKSUM).jump(EQUAL, R0, R2, "right");
        for (int from = 0; from < PassedRing.PACKET_BYTES_MAX; from += SUM_BYTES_MAX) {
            sum(from);
        }
        code.place("summed").load(WORD, R2, FP, OLD + PORTS).add(R0, R2);
        code.load(WORD, R2, FP, CHECKSUM).add(R0, R2);
        udpLength();
        fold();
        code.jump(NOT_EQUAL, R0, 0xFFFF, "discard").place("right");
    }

    /// Adds so much of the packet as is counted at a time, from there on.
    private void sum(int from) {
        String part = "part from " + from;
        code.move(R4, R9).add(R4, WORD_BYTES - 1).and(R4, -WORD_BYTES);
        if (from == 0) {
            code.load(WORD, R5, FP, PSEUDO_SUM);
        } else {
            code.jump(LESS, R4, from + 1, "summed").add(R4, -from).move(R5, R0);
        }
        code.jump(LESS, R4, SUM_BYTES_MAX + 1, part).move(R4, SUM_BYTES_MAX).place(part);
        code.move(R1, 0).move(R2, 0).move(R3, R8).add(R3, PassedRing.HEADER_BYTES + from);
        code.call(CHECKSUM_DIFFERENCE);
    }

    private void udpLength() {
        code.move(R2, R9).add(R2, UDP_BYTES).swap16(R2).add(R0, R2);
    }

    /// R0, a sum of up to 34 bits, to 16 (RFC 1071).
    private void fold() {
        for (int i = 0; i < 3; i++) {
            code.move(R2, R0).shiftRight(R2, 16).and(R0, 0xFFFF).add(R0, R2);
        }
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
        code.load(WORD, R2, R7, Flow.PRIORITY_AT).store(WORD, R6, PRIORITY, R2); // as of our sockets
        code.move(R2, 0).store(WORD, R6, MARK, R2);
        code.load(WORD, R1, R7, Flow.INTERFACE_AT)
                .load(WORD, R5, R7, Flow.HERE_AT)
                .move(R2, 0);
        code.jump(NOT_EQUAL, R5, 0, "here").move(R3, 0).move(R4, 0);
        code.call(REDIRECT_TO_NEIGHBOUR).exit();
        code.place("here").call(REDIRECT).exit();
    }

    private void others() {
        code.place("full")
                .place("to the socket") // and so does what follows, until it is lent anew
                .move(R2, Flow.STOPPED)
                .store(WORD, R7, Flow.STATE_AT, R2)
                .jump("others");
        code.place("discard").move(R1, R8).move(R2, NO_WAKEUP).call(RING_DISCARD);
        code.place("others").move(R0, NEXT).exit();
    }
}
