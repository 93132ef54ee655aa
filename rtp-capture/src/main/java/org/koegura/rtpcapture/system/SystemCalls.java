package org.koegura.rtpcapture.system;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// Functions of the C library, all by one shape: a segment that takes `errno`, six 64-bit numbers, and one that is
/// returned.
///
/// One shape, for Java makes classes for each, and a start waits for them: calls that a dead process left wait, too. On
/// the 64-bit machines that Linux runs Java on, the first six arguments lie in registers of their own, and of a
/// register
/// a function reads what its own signature says (System V AMD64 §3.2.3, AAPCS64 §6.8.2): so a wider one is right, and
/// one too many is not looked at. What an `int` function returns is for the caller to cut to an `int`. A pointer is its
/// address; whoever passes it keeps it alive.
///
/// Stateless; any thread.
// Restricted, for a wrong signature could break the JVM: this one fits every function without floating point.
@SuppressWarnings("restricted")
public final class SystemCalls {

    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
    private static final FunctionDescriptor SHAPE = FunctionDescriptor.of(WORD, WORD, WORD, WORD, WORD, WORD, WORD);
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_OF =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private SystemCalls() {}

    /// The function of this name, as `(MemorySegment state, long, long, long, long, long, long) → long`.
    ///
    /// @throws java.util.NoSuchElementException the C library has none
    public static MethodHandle bind(String name) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), SHAPE, ERRNO);
    }

    /// What takes `errno` of a call; for one thread at a time.
    public static MemorySegment state(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    /// The `errno` of the call that last had this state, and failed.
    public static int errno(MemorySegment state) {
        return (int) ERRNO_OF.get(state, 0L);
    }

    /// What an invocation may throw, which it never does.
    public static AssertionError impossible(Throwable fault) {
        return new AssertionError("the system call takes these arguments", fault);
    }
}
