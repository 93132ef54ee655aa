package org.koegura.audio;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Another G.722 than ours to compare with: Debian's libspandsp2, which baresip brings.
@SuppressWarnings("restricted") // native access is what this is for
final class SpanDsp implements AutoCloseable {

    private static final int BITS_PER_SECOND = 64_000;

    private final Arena arena = Arena.ofConfined();
    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup library = SymbolLookup.libraryLookup("libspandsp.so.2", arena);

    byte[] encode(short[] samples) {
        MemorySegment octets = arena.allocate(samples.length / 2 + 1);
        MemorySegment linear = arena.allocateFrom(ValueLayout.JAVA_SHORT, samples);
        int count = run("g722_encode", octets, linear, samples.length);
        return octets.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
    }

    short[] decode(byte[] octets) {
        MemorySegment linear = arena.allocate(4L * octets.length + 2, 2);
        MemorySegment in = arena.allocateFrom(ValueLayout.JAVA_BYTE, octets);
        int count = run("g722_decode", linear, in, octets.length);
        return linear.asSlice(0, 2L * count).toArray(ValueLayout.JAVA_SHORT);
    }

    /// Both directions have the same shape: init(null, rate, options), then work(state, out, in, length).
    private int run(String work, MemorySegment out, MemorySegment in, int length) {
        MethodHandle init = linker.downcallHandle(
                library.findOrThrow(work + "_init"),
                FunctionDescriptor.of(
                        ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        MethodHandle handle = linker.downcallHandle(
                library.findOrThrow(work),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
        try {
            MemorySegment state = (MemorySegment) init.invokeExact(MemorySegment.NULL, BITS_PER_SECOND, 0);
            return (int) handle.invokeExact(state, out, in, length);
        } catch (Throwable fault) {
            throw new AssertionError("libspandsp2 does not take " + work, fault);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
