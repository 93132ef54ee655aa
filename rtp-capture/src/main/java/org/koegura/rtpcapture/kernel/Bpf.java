package org.koegura.rtpcapture.kernel;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import org.koegura.rtpcapture.system.SystemCalls;

/// The system call bpf(2), and the mapping of what it makes. 64-bit Linux on x86-64 and AArch64 alone.
///
/// An instance belongs to one thread.
// Restricted, for a wrong length could break the JVM: what is mapped has the length that was asked for.
@SuppressWarnings("restricted")
final class Bpf {

    static final int HASH = 1;
    static final int ARRAY = 2;

    /// An array whose values can be mapped.
    static final int MAPPABLE = 1 << 10;

    static final int ARRAY_OF_MAPS = 12;
    static final int RING = 27;
    static final int EPERM = 1;
    static final int EACCES = 13;

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

    private static final AddressLayout POINTER = ValueLayout.ADDRESS;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private static final MethodHandle SYSCALL = SystemCalls.bind("syscall");
    private static final MethodHandle MMAP = SystemCalls.bind("mmap");
    private static final MethodHandle MUNMAP = SystemCalls.bind("munmap");
    private static final MethodHandle PAGE_SIZE = SystemCalls.bind("getpagesize");
    private static final MethodHandle CLOSE = SystemCalls.bind("close");

    private final MemorySegment state;
    private final MemorySegment attribute;
    private final Arena arena;

    Bpf(Arena arena) {
        this.arena = arena;
        this.state = SystemCalls.state(arena);
        this.attribute = arena.allocate(ATTRIBUTE_BYTES, 8);
    }

    private int call(int command) {
        try {
            long result = (long) SYSCALL.invokeExact(
                    state, NUMBER, (long) command, attribute.address(), (long) ATTRIBUTE_BYTES, 0L, 0L);
            return result < 0 ? -SystemCalls.errno(state) : (int) result;
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
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
        try (Arena own = Arena.ofConfined()) {
            return (int) (long) PAGE_SIZE.invokeExact(SystemCalls.state(own), 0L, 0L, 0L, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /// Maps a part of a file for as long as the arena is open.
    ///
    /// @return NULL where the system refuses
    MemorySegment mapped(int descriptor, long bytes, long offset, boolean writable) {
        try {
            long may = writable ? PROT_READ | PROT_WRITE : PROT_READ;
            long at = (long) MMAP.invokeExact(state, 0L, bytes, may, (long) MAP_SHARED, (long) descriptor, offset);
            return at == -1 ? MemorySegment.NULL : MemorySegment.ofAddress(at).reinterpret(bytes, arena, Bpf::unmap);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    private static void unmap(MemorySegment mapped) {
        try (Arena own = Arena.ofConfined()) {
            long _ = (long)
                    MUNMAP.invokeExact(SystemCalls.state(own), mapped.address(), mapped.byteSize(), 0L, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    int close(int descriptor) {
        try {
            return (int) (long) CLOSE.invokeExact(state, (long) descriptor, 0L, 0L, 0L, 0L, 0L) < 0
                    ? -SystemCalls.errno(state)
                    : 0;
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }
}
