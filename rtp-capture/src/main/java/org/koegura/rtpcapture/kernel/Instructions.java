package org.koegura.rtpcapture.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Writes a program for the kernel's virtual machine (RFC 9669), instruction by instruction, with labels for jumps
/// ahead. Each method appends one instruction and is named as the RFC names it.
///
/// ```
/// 0 1  opcode    1 1  destination register (low 4 bits), source (high 4)    2 2  offset    4 4  immediate
/// ```
///
/// Numbers lie in the machine's own order, which is little-endian wherever this is loaded.
final class Instructions {

    enum Register {
        /// What a call returns, and what the program does.
        R0,
        R1,
        R2,
        R3,
        R4,
        R5,
        /// From here on a call leaves them alone.
        R6,
        R7,
        R8,
        R9,
        /// The end of the stack; read only.
        FP
    }

    /// How much a load or store moves.
    enum Size {
        BYTE(0x10),
        HALF(0x08),
        WORD(0x00),
        DOUBLE(0x18);

        private final int code;

        Size(int code) {
            this.code = code;
        }
    }

    /// A comparison of 64 bits, unsigned.
    enum When {
        EQUAL(0x10),
        GREATER(0x20),
        NOT_EQUAL(0x50),
        LESS(0xA0);

        private final int code;

        When(int code) {
            this.code = code;
        }
    }

    /// What a program may be at most; far below what the kernel takes.
    private static final int INSTRUCTIONS_MAX = 512;

    static final int BYTES = 8;

    private static final int LOAD = 0x61;
    private static final int STORE = 0x63;
    private static final int JUMP = 0x05;
    private static final int CALL = 0x85;
    private static final int EXIT = 0x95;
    private static final int FROM_REGISTER = 0x08;
    private static final int TO_BIG_ENDIAN = 0xDC;
    private static final int MAP_BY_DESCRIPTOR = 1;

    private final ByteBuffer code =
            ByteBuffer.allocate(INSTRUCTIONS_MAX * BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /// Where a jump to each label is that is not placed yet.
    private final Map<String, int[]> open = new HashMap<>();

    private Instructions put(int opcode, Register to, Register from, int offset, int immediate) {
        code.put((byte) opcode).put((byte) (number(to) | number(from) << 4));
        code.putShort((short) offset).putInt(immediate);
        return this;
    }

    private static int number(Register register) {
        return switch (register) {
            case R0 -> 0;
            case R1 -> 1;
            case R2 -> 2;
            case R3 -> 3;
            case R4 -> 4;
            case R5 -> 5;
            case R6 -> 6;
            case R7 -> 7;
            case R8 -> 8;
            case R9 -> 9;
            case FP -> 10;
        };
    }

    Instructions move(Register to, Register from) {
        return put(0xBF, to, from, 0, 0);
    }

    Instructions move(Register to, int value) {
        return put(0xB7, to, Register.R0, 0, value);
    }

    Instructions add(Register to, int value) {
        return put(0x07, to, Register.R0, 0, value);
    }

    Instructions add(Register to, Register value) {
        return put(0x0F, to, value, 0, 0);
    }

    Instructions and(Register to, int bits) {
        return put(0x57, to, Register.R0, 0, bits);
    }

    Instructions or(Register to, Register bits) {
        return put(0x4F, to, bits, 0, 0);
    }

    /// Towards the lower bits; those above are 0 then.
    Instructions shiftRight(Register to, int bits) {
        return put(0x77, to, Register.R0, 0, bits);
    }

    /// Between the network's order and the machine's, either way; the bits above are 0 then.
    Instructions swap16(Register value) {
        return put(TO_BIG_ENDIAN, value, Register.R0, 0, 16);
    }

    /// The same of 32 bits.
    Instructions swap32(Register value) {
        return put(TO_BIG_ENDIAN, value, Register.R0, 0, 32);
    }

    Instructions load(Size size, Register to, Register from, int offset) {
        return put(LOAD | size.code, to, from, offset, 0);
    }

    Instructions store(Size size, Register to, int offset, Register value) {
        return put(STORE | size.code, to, value, offset, 0);
    }

    /// The map behind a file descriptor.
    Instructions map(Register to, int descriptor) {
        code.put((byte) 0x18).put((byte) (number(to) | MAP_BY_DESCRIPTOR << 4));
        code.putShort((short) 0).putInt(descriptor).putLong(0);
        return this;
    }

    Instructions call(int helper) {
        return put(CALL, Register.R0, Register.R0, 0, helper);
    }

    Instructions exit() {
        return put(EXIT, Register.R0, Register.R0, 0, 0);
    }

    /// To a label that is placed later.
    Instructions jump(String label) {
        remember(label);
        return put(JUMP, Register.R0, Register.R0, 0, 0);
    }

    Instructions jump(When when, Register value, int other, String label) {
        remember(label);
        return put(JUMP | when.code, value, Register.R0, 0, other);
    }

    Instructions jump(When when, Register value, Register other, String label) {
        remember(label);
        return put(JUMP | FROM_REGISTER | when.code, value, other, 0, 0);
    }

    private void remember(String label) {
        int[] known = open.getOrDefault(label, new int[0]);
        int[] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = code.position();
        open.put(label, more);
    }

    /// Jumps to this label lead to the next instruction.
    Instructions place(String label) {
        int[] jumps = open.remove(label);
        if (jumps == null) {
            throw new IllegalStateException("no jump leads to " + label);
        }
        for (int at : jumps) {
            code.putShort(at + 2, (short) ((code.position() - at) / BYTES - 1));
        }
        return this;
    }

    byte[] bytes() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("labels without a place: " + open.keySet());
        }
        return Arrays.copyOf(code.array(), code.position());
    }
}
