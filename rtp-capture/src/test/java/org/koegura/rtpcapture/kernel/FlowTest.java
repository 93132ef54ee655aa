package org.koegura.rtpcapture.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

class FlowTest {

    private static final int IP_TOS = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PRIORITY = 12;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final MethodHandle SOCKET = bind("socket", INT, INT, INT, INT);
    private static final MethodHandle SET = bind("setsockopt", INT, INT, INT, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle GET =
            bind("getsockopt", INT, INT, INT, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    private static final MethodHandle CLOSE = bind("close", INT, INT);

    @SuppressWarnings("restricted") // these are the signatures of Linux
    private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    @Test
    void thePriorityIsTheOneThatASocketOfThatTypeOfServiceHas() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(4, 4);
            MemorySegment bytes = arena.allocateFrom(INT, Integer.BYTES);
            for (int type = 0; type < 256; type++) {
                int socket = (int) SOCKET.invokeExact(2, 2, 0);
                value.set(INT, 0, type);
                int set = (int) SET.invokeExact(socket, 0, IP_TOS, value, Integer.BYTES);
                int got = (int) GET.invokeExact(socket, SOL_SOCKET, SO_PRIORITY, value, bytes);
                int _ = (int) CLOSE.invokeExact(socket);
                assertThat(set | got).isZero();
                assertThat(Flow.priority(type)).as("type of service " + type).isEqualTo(value.get(INT, 0));
            }
        }
    }
}
