package org.koegura.audio;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// A fax machine that nobody here wrote: Debian's libspandsp2. It also says which tone it hears in a sound itself.
@SuppressWarnings("restricted") // native access is what this is for
final class FaxMachine implements AutoCloseable {

    /// What its tones are called there (`MODEM_CONNECT_TONES_…`).
    enum Signal {
        FAX_CNG(1),
        ANS(2),
        ANS_PR(3),
        ANSAM(4),
        ANSAM_PR(5);

        private final int number;

        Signal(int number) {
            this.number = number;
        }
    }

    private static final int FRAME = 160;

    private final Arena arena = Arena.ofConfined();
    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup library = SymbolLookup.libraryLookup("libspandsp.so.2", arena);

    /// What its generator makes of a signal.
    short[] said(Signal signal, int millis) {
        MemorySegment state = made("modem_connect_tones_tx_init", signal.number);
        short[] sound = new short[FaxEar.RATE_HZ / 1000 * millis];
        MemorySegment linear = arena.allocate(ValueLayout.JAVA_SHORT, sound.length);
        int count = worked("modem_connect_tones_tx", state, linear, sound.length);
        MemorySegment.copy(linear, ValueLayout.JAVA_SHORT, 0, sound, 0, count);
        return sound;
    }

    /// Whether its own detector finds the signal in a sound.
    boolean hears(Signal signal, short[] sound) {
        MethodHandle init = handle(
                "modem_connect_tones_rx_init",
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS);
        try {
            MemorySegment state = (MemorySegment)
                    init.invokeExact(MemorySegment.NULL, signal.number, MemorySegment.NULL, MemorySegment.NULL);
            MethodHandle get = handle("modem_connect_tones_rx_get", ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
            MemorySegment linear = arena.allocateFrom(ValueLayout.JAVA_SHORT, sound);
            boolean heard = false;
            for (int at = 0; at + FRAME <= sound.length; at += FRAME) {
                int _ = worked("modem_connect_tones_rx", state, linear.asSlice(2L * at), FRAME);
                heard |= (int) get.invokeExact(state) != 0;
            }
            return heard;
        } catch (Throwable fault) {
            throw new AssertionError("libspandsp2 does not listen", fault);
        }
    }

    /// What two machines say to each other in a call, until they give up for want of a page: the one that calls, and
    /// the one that answers.
    short[][] talk(int millis) {
        MemorySegment calling = made("fax_init", 1);
        MemorySegment answering = made("fax_init", 0);
        MethodHandle idle = handle("fax_set_transmit_on_idle", null, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        short[][] said = new short[2][FaxEar.RATE_HZ / 1000 * millis];
        MemorySegment[] machines = {calling, answering};
        MemorySegment linear = arena.allocate(ValueLayout.JAVA_SHORT, FRAME);
        try {
            for (MemorySegment machine : machines) {
                idle.invokeExact(machine, 1);
            }
            for (int at = 0; at + FRAME <= said[0].length; at += FRAME) {
                for (int i = 0; i < machines.length; i++) {
                    linear.fill((byte) 0);
                    int _ = worked("fax_tx", machines[i], linear, FRAME);
                    MemorySegment.copy(linear, ValueLayout.JAVA_SHORT, 0, said[i], at, FRAME);
                    int _ = worked("fax_rx", machines[1 - i], linear, FRAME);
                }
            }
        } catch (Throwable fault) {
            throw new AssertionError("libspandsp2 does not fax", fault);
        }
        return said;
    }

    private MemorySegment made(String init, int how) {
        try {
            return (MemorySegment) handle(init, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT)
                    .invokeExact(MemorySegment.NULL, how);
        } catch (Throwable fault) {
            throw new AssertionError("libspandsp2 does not take " + init, fault);
        }
    }

    private int worked(String work, MemorySegment state, MemorySegment linear, int samples) {
        try {
            return (int)
                    handle(work, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT)
                            .invokeExact(state, linear, samples);
        } catch (Throwable fault) {
            throw new AssertionError("libspandsp2 does not take " + work, fault);
        }
    }

    private MethodHandle handle(String name, @Nullable MemoryLayout result, MemoryLayout... arguments) {
        FunctionDescriptor shape =
                result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments);
        return linker.downcallHandle(library.findOrThrow(name), shape);
    }

    @Override
    public void close() {
        arena.close();
    }
}
