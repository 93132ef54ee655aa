package org.koegura.rtpcapture.kernel;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/// The system call bpf(2), and the mapping of what it makes. 64-bit Linux on x86-64 and AArch64 alone.
///
/// An instance belongs to one thread.
// Restricted, for a wrong signature could break the JVM: these are those of Linux.
@SuppressWarnings("restricted")
final class Bpf {

    static final int HASH = 1;
    static final int ARRAY = 2;

    /// An array whose values can be mapped.
    static final int MAPPABLE = 1 << 10;

    static final int ARRAY_OF_MAPS = 12;
    static final int RING = 27;
    static final int EPERM = 1;

    private static final int MAP_CREATE = 0;
    private static final int MAP_UPDATE = 2;
    private static final int MAP_DELETE = 3;
    private static final int PROGRAM_LOAD = 5;
    private static final int LINK_CREATE = 28;
    private static final int CLASSIFIER = 3;
    private static final int TCX_INGRESS = 46;
    private static final int ATTRIBUTE_BYTES = 128;
    private static final int LOG_BYTES = 1 << 20;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;

    private static final long NUMBER = System.getProperty("os.arch", "").equals("aarch64") ? 280 : 321;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_OF =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle SYSCALL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(LONG, LONG, INT, POINTER, INT),
            ERRNO,
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle MMAP = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("mmap"),
            FunctionDescriptor.of(POINTER, POINTER, LONG, INT, INT, INT, LONG),
            ERRNO);
    private static final MethodHandle MUNMAP = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("munmap"), FunctionDescriptor.of(INT, POINTER, LONG), ERRNO);
    private static final MethodHandle PAGE_SIZE =
            LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("getpagesize"), FunctionDescriptor.of(INT));
    private static final MethodHandle CLOSE =
            LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(INT, INT), ERRNO);

    private final MemorySegment state;
    private final MemorySegment attribute;
    private final Arena arena;

    Bpf(Arena arena) {
        this.arena = arena;
        this.state = arena.allocate(Linker.Option.captureStateLayout());
        this.attribute = arena.allocate(ATTRIBUTE_BYTES, 8);
    }

    private int errno() {
        return (int) ERRNO_OF.get(state, 0L);
    }

    private int call(int command) {
        try {
            long result = (long) SYSCALL.invokeExact(state, NUMBER, command, attribute, ATTRIBUTE_BYTES);
            return result < 0 ? -errno() : (int) result;
        } catch (Throwable e) {
            throw new AssertionError("the system call takes these arguments", e);
        }
    }

    /// Makes a map.
    ///
    /// @param inner descriptor of a map like those that a map of maps will have; 0 for others
    /// @return a descriptor, or minus `errno`
    int map(int type, int keyBytes, int valueBytes, int entries, int inner) {
        return map(type, keyBytes, valueBytes, entries, inner, 0);
    }

    /// The same with flags.
    int map(int type, int keyBytes, int valueBytes, int entries, int inner, int flags) {
        attribute.fill((byte) 0);
        attribute.set(INT, 0, type);
        attribute.set(INT, 4, keyBytes);
        attribute.set(INT, 8, valueBytes);
        attribute.set(INT, 12, entries);
        attribute.set(INT, 16, flags);
        attribute.set(INT, 20, inner);
        return call(MAP_CREATE);
    }

    /// Puts an element, in place of the one of that key.
    ///
    /// @return 0, or minus `errno`
    int put(int map, byte[] key, byte[] value) {
        try (Arena own = Arena.ofConfined()) {
            attribute.fill((byte) 0);
            attribute.set(INT, 0, map);
            attribute.set(POINTER, 8, own.allocateFrom(ValueLayout.JAVA_BYTE, key));
            attribute.set(POINTER, 16, own.allocateFrom(ValueLayout.JAVA_BYTE, value));
            return call(MAP_UPDATE);
        }
    }

    /// Takes an element out.
    ///
    /// @return 0, or minus `errno`
    int remove(int map, byte[] key) {
        try (Arena own = Arena.ofConfined()) {
            attribute.fill((byte) 0);
            attribute.set(INT, 0, map);
            attribute.set(POINTER, 8, own.allocateFrom(ValueLayout.JAVA_BYTE, key));
            return call(MAP_DELETE);
        }
    }

    /// What became of a program.
    ///
    /// @param descriptor or minus `errno`
    /// @param log what the kernel's verifier says
    record Loaded(int descriptor, String log) {}

    /// Has the kernel prove and take a program; asks why only where it does not.
    Loaded load(byte[] instructions, String license) {
        Loaded quietly = load(instructions, license, 0);
        return quietly.descriptor() < 0 ? load(instructions, license, LOG_BYTES) : quietly;
    }

    private Loaded load(byte[] instructions, String license, int logBytes) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment log = own.allocate(Math.max(1, logBytes));
            attribute.fill((byte) 0);
            attribute.set(INT, 0, CLASSIFIER);
            attribute.set(INT, 4, instructions.length / Instructions.BYTES);
            attribute.set(POINTER, 8, own.allocateFrom(ValueLayout.JAVA_BYTE, instructions));
            attribute.set(POINTER, 16, own.allocateFrom(license, StandardCharsets.US_ASCII));
            if (logBytes > 0) {
                attribute.set(INT, 24, 1);
                attribute.set(INT, 28, logBytes);
                attribute.set(POINTER, 32, log);
            }
            attribute.set(INT, 68, TCX_INGRESS);
            int descriptor = call(PROGRAM_LOAD);
            return new Loaded(descriptor, log.getString(0, StandardCharsets.US_ASCII));
        }
    }

    /// Lets the program see all that comes in by an interface, for as long as the descriptor is open.
    ///
    /// @return a descriptor, or minus `errno`
    int attach(int program, int interfaceNumber) {
        attribute.fill((byte) 0);
        attribute.set(INT, 0, program);
        attribute.set(INT, 4, interfaceNumber);
        attribute.set(INT, 8, TCX_INGRESS);
        return call(LINK_CREATE);
    }

    static int pageBytes() {
        try {
            return (int) PAGE_SIZE.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError("the system call takes no argument", e);
        }
    }

    /// Maps a part of a file for as long as the arena is open.
    ///
    /// @return NULL where the system refuses
    MemorySegment mapped(int descriptor, long bytes, long offset, boolean writable) {
        try {
            int may = writable ? PROT_READ | PROT_WRITE : PROT_READ;
            MemorySegment at = (MemorySegment)
                    MMAP.invokeExact(state, MemorySegment.NULL, bytes, may, MAP_SHARED, descriptor, offset);
            return at.address() == -1 ? MemorySegment.NULL : at.reinterpret(bytes, arena, Bpf::unmap);
        } catch (Throwable e) {
            throw new AssertionError("the system call takes these arguments", e);
        }
    }

    private static void unmap(MemorySegment mapped) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment ignored = own.allocate(Linker.Option.captureStateLayout());
            int _ = (int) MUNMAP.invokeExact(ignored, mapped, mapped.byteSize());
        } catch (Throwable e) {
            throw new AssertionError("the system call takes these arguments", e);
        }
    }

    int close(int descriptor) {
        try {
            return (int) CLOSE.invokeExact(state, descriptor) < 0 ? -errno() : 0;
        } catch (Throwable e) {
            throw new AssertionError("the system call takes these arguments", e);
        }
    }
}
