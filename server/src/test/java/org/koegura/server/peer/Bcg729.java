package org.koegura.server.peer;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/// An encoder of G.729, as a city's studio has one: Debian's libbcg729.
@SuppressWarnings("restricted") // native access is what this is for
public final class Bcg729 {

    private static final String LIBRARY = "libbcg729.so.0";
    private static final int FRAME_SAMPLES = 80;
    private static final int FRAME_BYTES_MAX = 16;

    private Bcg729() {}

    /// Frames of 10 bytes for each 10 ms of a sound of 8000 Hz; its last is filled up with silence.
    public static byte[] encode(short[] sound) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup library = SymbolLookup.libraryLookup(LIBRARY, arena);
            MethodHandle open = linker.downcallHandle(
                    library.findOrThrow("initBcg729EncoderChannel"),
                    FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_BYTE));
            MethodHandle encode = linker.downcallHandle(
                    library.findOrThrow("bcg729Encoder"),
                    FunctionDescriptor.ofVoid(
                            ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            MethodHandle close = linker.downcallHandle(
                    library.findOrThrow("closeBcg729EncoderChannel"), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
            MemorySegment out = arena.allocate(FRAME_BYTES_MAX);
            MemorySegment length = arena.allocate(1);
            byte withoutAnnexB = 0;
            MemorySegment channel = (MemorySegment) open.invokeExact(withoutAnnexB);
            for (int from = 0; from < sound.length; from += FRAME_SAMPLES) {
                MemorySegment in = arena.allocateFrom(
                        ValueLayout.JAVA_SHORT, Arrays.copyOfRange(sound, from, from + FRAME_SAMPLES));
                encode.invokeExact(channel, in, out, length);
                frames.writeBytes(
                        out.asSlice(0, length.get(ValueLayout.JAVA_BYTE, 0)).toArray(ValueLayout.JAVA_BYTE));
            }
            close.invokeExact(channel);
        } catch (Throwable fault) {
            throw new AssertionError(LIBRARY + " does not encode", fault);
        }
        return frames.toByteArray();
    }
}
