package org.koegura.storageclient;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.storageclient.keys.KeyCabinet;
import org.koegura.storageclient.medium.Medium;

/// The file of calls that are up: a log of what became of each, so that a change of one call writes that call
/// alone.
///
/// ```
///  0   7  "KGRCALL"
///  7   1  version, the letter A, which follows the digit 9: of this layout and of the checkpoints' words
///  8  16  the boot in which it was written (boot_id of Linux); zeros: not known
/// 24  60  the file's key, wrapped (KeyCabinet, purpose "koegura-calls-A": A is the version)
/// 84      frames, one after another:
///          0   4  length of the rest
///          4  12  nonce: the frame's number, from 0
///         16   n  AES-256-GCM under the file's key, purpose and boot as additional data, tag last; within it one
///                 entry after another:
///                   0   2  length of the call's name, then the name
///                       8  Unix time in ms at which the process was last alive that said it; 0: the one that
///                          writes, which was when the file was last touched
///                       1  starts that have claimed it since
///                       4  length of its checkpoint, then that; 0: the call is over
/// ```
///
/// A file of another version is not read: what it says might mean something else now.
///
/// Nothing is forced: it is for a process that dies, not for a machine that does, which is why it says of which boot
/// it is. A frame that is not whole, or does not open, is where the log ends. Owned by one thread.
final class CheckpointFile implements AutoCloseable {

    /// A log that is longer, and longer than twice what it says, is written anew.
    static final int LOG_BYTES_MAX = 4 << 20;

    /// Of the layout above, and of what [CheckpointWords] writes.
    static final char VERSION = 'A';

    private static final byte[] MAGIC = "KGRCALL".getBytes(US_ASCII);
    private static final byte[] PURPOSE = ("koegura-calls-" + VERSION).getBytes(US_ASCII);
    private static final int MARK_BYTES = MAGIC.length + 1;
    private static final int KEY_AT = MARK_BYTES + Boot.BYTES;
    private static final int HEADER_BYTES = KEY_AT + KeyCabinet.WRAPPED_BYTES;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    /// In an entry: alive is the process that writes.
    private static final long WRITER = 0;

    private final Path path;
    private final KeyCabinet keys;
    private final SecureRandom random;
    private final Boot boot;

    /// What the log says, newest state of each call.
    private final Map<CallId, State> states = new LinkedHashMap<>();

    private @Nullable RandomAccessFile file;
    private SecretKeySpec key = new SecretKeySpec(new byte[KeyCabinet.KEY_BYTES], "AES");
    private long frames;
    private long logBytes;
    private long stateBytes;

    /// @param boot in which it is written
    CheckpointFile(Path path, KeyCabinet keys, SecureRandom random, Boot boot) {
        this.path = path;
        this.keys = keys;
        this.random = random;
        this.boot = boot;
    }

    /// What is known of one call, and since when.
    ///
    /// @param aliveMillis Unix time at which the process was last alive that said it
    /// @param claims starts that have claimed it since
    /// @param words as [CheckpointWords] spells them; none: the call is over
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record State(long aliveMillis, int claims, byte[] words) {

        /// What this process says itself, for as long as it is alive.
        static State own(byte[] words) {
            return new State(WRITER, 0, words);
        }

        private boolean isOver() {
            return words.length == 0;
        }
    }

    /// What a file says.
    ///
    /// @param boot in which it was written
    /// @param states of calls that were not over
    record Said(Boot boot, Map<CallId, State> states) {}

    /// The file was written by another version of the product.
    static final class OtherVersion extends IOException {
        OtherVersion(Path path, char version) {
            super(path + " is of version " + version + ", not " + VERSION
                    + ": another version of koegura wrote it; its calls go on without us");
        }
    }

    /// What a process left. Nothing where there is no file, or none that this installation wrote.
    ///
    /// @throws OtherVersion what it says is not known
    static Said read(Path path, KeyCabinet keys) throws IOException {
        Said nothing = new Said(Boot.UNKNOWN, Map.of());
        if (!Files.isRegularFile(path)) {
            return nothing;
        }
        long writerAliveMillis = Files.getLastModifiedTime(path).toMillis();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
        if (bytes.remaining() < HEADER_BYTES
                || !Arrays.equals(bytes.array(), 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return nothing;
        }
        char version = (char) bytes.get(MAGIC.length);
        if (version != VERSION) {
            throw new OtherVersion(path, version);
        }
        Boot boot = boot(bytes.array());
        byte[] raw = keys.unwrap(Arrays.copyOfRange(bytes.array(), KEY_AT, HEADER_BYTES), PURPOSE);
        if (raw == null) {
            return nothing;
        }
        SecretKeySpec key = new SecretKeySpec(raw, "AES");
        Arrays.fill(raw, (byte) 0);
        bytes.position(HEADER_BYTES);
        Map<CallId, State> found = new LinkedHashMap<>();
        long frames = 0;
        for (ByteBuffer entries = frame(bytes, key, boot, frames);
                entries != null;
                entries = frame(bytes, key, boot, frames)) {
            frames++;
            while (entries.hasRemaining()) {
                CallId call = new CallId(new String(taken(entries, entries.getShort()), US_ASCII));
                State state = state(entries, writerAliveMillis);
                if (state.isOver()) {
                    found.remove(call);
                } else {
                    found.put(call, state);
                }
            }
        }
        return new Said(boot, found);
    }

    private static State state(ByteBuffer entry, long writerAliveMillis) {
        long aliveMillis = entry.getLong();
        int claims = entry.get();
        return new State(aliveMillis == WRITER ? writerAliveMillis : aliveMillis, claims, taken(entry, entry.getInt()));
    }

    private static Boot boot(byte[] file) {
        return Boot.of(Arrays.copyOfRange(file, MARK_BYTES, KEY_AT));
    }

    /// Whether a file has more than its header, is of this boot, and tells of a process that was alive not longer ago
    /// than that.
    static boolean saysSomethingSince(Path path, Duration ageMax, Boot now) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] begins = in.readNBytes(HEADER_BYTES + 1);
            long ageMillis =
                    System.currentTimeMillis() - Files.getLastModifiedTime(path).toMillis();
            return begins.length > HEADER_BYTES && boot(begins).isSameAs(now) && ageMillis <= ageMax.toMillis();
        } catch (IOException none) {
            return false;
        }
    }

    private static byte[] taken(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    /// The next frame's entries; null where there is none that is whole.
    private static @Nullable ByteBuffer frame(ByteBuffer bytes, SecretKeySpec key, Boot boot, long number) {
        if (bytes.remaining() < Integer.BYTES) {
            return null;
        }
        int length = bytes.getInt();
        if (length < NONCE_BYTES + TAG_BYTES || length > bytes.remaining()) {
            return null;
        }
        byte[] nonce = taken(bytes, NONCE_BYTES);
        byte[] sealed = taken(bytes, length - NONCE_BYTES);
        try {
            return Arrays.equals(nonce, nonce(number))
                    ? ByteBuffer.wrap(
                            cipher(Cipher.DECRYPT_MODE, key, nonce, boot).doFinal(sealed))
                    : null;
        } catch (GeneralSecurityException notWhole) {
            return null;
        }
    }

    /// Begins a file that says this, in place of what is there. It makes no call younger.
    void begin(Map<CallId, State> known) throws IOException {
        states.clear();
        states.putAll(known);
        rewrite();
        touch();
    }

    private void rewrite() throws IOException {
        byte[] raw = new byte[KeyCabinet.KEY_BYTES];
        random.nextBytes(raw);
        key = new SecretKeySpec(raw, "AES");
        byte[] wrapped = keys.wrap(raw, PURPOSE);
        Arrays.fill(raw, (byte) 0);
        Path part = path.resolveSibling(path.getFileName() + ".part");
        closeFile();
        Medium.createPrivate(part);
        RandomAccessFile opened = new RandomAccessFile(part.toFile(), "rw");
        file = opened;
        opened.write(ByteBuffer.allocate(HEADER_BYTES)
                .put(MAGIC)
                .put((byte) VERSION)
                .put(boot.bytes())
                .put(wrapped)
                .array());
        frames = 0;
        logBytes = HEADER_BYTES;
        stateBytes = states.values().stream()
                .mapToLong(state -> state.words().length)
                .sum();
        append(states);
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Writes what became of some calls; an empty state says that a call is over. One write to the system. Where
    /// what was written last does not stand, all is written anew.
    ///
    /// @throws IOException it may stand there in part: what follows it would not be read
    void add(Map<CallId, State> changes) throws IOException {
        Map<CallId, State> news = new LinkedHashMap<>();
        changes.forEach((call, state) -> {
            State before = state.isOver() ? states.remove(call) : states.put(call, state);
            stateBytes += state.words().length - (before == null ? 0 : before.words().length);
            if (before != null || !state.isOver()) {
                news.put(call, state);
            }
        });
        if (file == null ? states.isEmpty() : news.isEmpty()) {
            return;
        }
        if (file == null || (logBytes > LOG_BYTES_MAX && logBytes > 2 * stateBytes)) {
            rewrite();
        } else {
            append(news);
        }
    }

    private void append(Map<CallId, State> entries) throws IOException {
        RandomAccessFile to = file;
        if (entries.isEmpty() || to == null) {
            return;
        }
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        entries.forEach((call, state) -> {
            byte[] name = call.value().getBytes(US_ASCII);
            plain.writeBytes(ByteBuffer.allocate(Short.BYTES)
                    .putShort((short) name.length)
                    .array());
            plain.writeBytes(name);
            plain.writeBytes(ByteBuffer.allocate(Long.BYTES + 1 + Integer.BYTES)
                    .putLong(state.aliveMillis())
                    .put((byte) state.claims())
                    .putInt(state.words().length)
                    .array());
            plain.writeBytes(state.words());
        });
        byte[] nonce = nonce(frames++);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, boot).doFinal(plain.toByteArray());
            ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + NONCE_BYTES + sealed.length)
                    .putInt(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed);
            to.write(frame.array());
            logBytes += frame.capacity();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks AES-256-GCM", e);
        }
    }

    /// Says that what was written last is not known to stand: the file goes, for what it says may no longer be
    /// so, and the next [#add] writes a whole new one.
    ///
    /// @return whether it is gone
    boolean distrust() {
        try {
            closeFile();
        } catch (IOException e) {
            file = null;
        }
        try {
            Files.deleteIfExists(path); // which needs no room on a full disk
            return true;
        } catch (IOException e) {
            return false; // the next write replaces it
        }
    }

    /// Says until when a process was alive that said something of what stands there: until now where that is this
    /// one. A start that has said nothing yet makes nothing younger, also for one that has no key.
    void touch() throws IOException {
        if (file != null && !states.isEmpty()) {
            Files.setLastModifiedTime(path, FileTime.fromMillis(aliveMillis()));
        }
    }

    private long aliveMillis() {
        long newest = Long.MIN_VALUE;
        for (State state : states.values()) {
            if (state.aliveMillis() == WRITER) {
                return System.currentTimeMillis();
            }
            newest = Math.max(newest, state.aliveMillis());
        }
        return newest;
    }

    /// Calls that are not over.
    int calls() {
        return states.size();
    }

    /// Closes it; removes it where no call is left in it.
    @Override
    public void close() throws IOException {
        closeFile();
        if (states.isEmpty()) {
            Files.deleteIfExists(path);
        }
    }

    private void closeFile() throws IOException {
        RandomAccessFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }

    private static byte[] nonce(long frame) {
        return ByteBuffer.allocate(NONCE_BYTES)
                .putLong(NONCE_BYTES - Long.BYTES, frame)
                .array();
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, Boot boot) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(PURPOSE);
        cipher.updateAAD(boot.bytes());
        return cipher;
    }
}
