package org.koegura.storageclient;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
///  7   1  version, the digit 6: of this layout and of the checkpoints' words
///  8  60  the file's key, wrapped (KeyCabinet, purpose "koegura-calls-6": 6 is the version)
/// 68      frames, one after another:
///          0   4  length of the rest
///          4  12  nonce: the frame's number, from 0
///         16   n  AES-256-GCM under the file's key, the purpose as additional data, tag last; within it one
///                 entry after another:
///                   0   2  length of the call's name, then the name
///                       4  length of its checkpoint, then that; 0: the call is over
/// ```
///
/// A file of another version is not read: what it says might mean something else now.
///
/// Nothing is forced: it is for a process that dies, not for a machine that does. A frame that is not whole, or
/// does not open, is where the log ends. Owned by one thread.
final class CheckpointFile implements AutoCloseable {

    /// A log that is longer, and longer than twice what it says, is written anew.
    static final int LOG_BYTES_MAX = 4 << 20;

    /// Of the layout above, and of what [CheckpointWords] writes.
    static final char VERSION = '6';

    private static final byte[] MAGIC = "KGRCALL".getBytes(US_ASCII);
    private static final byte[] PURPOSE = ("koegura-calls-" + VERSION).getBytes(US_ASCII);
    private static final int MARK_BYTES = MAGIC.length + 1;
    private static final int HEADER_BYTES = MARK_BYTES + KeyCabinet.WRAPPED_BYTES;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    private final Path path;
    private final KeyCabinet keys;
    private final SecureRandom random;

    /// What the log says, newest state of each call.
    private final Map<CallId, byte[]> states = new LinkedHashMap<>();

    private @Nullable RandomAccessFile file;
    private SecretKeySpec key = new SecretKeySpec(new byte[KeyCabinet.KEY_BYTES], "AES");
    private long frames;
    private long logBytes;
    private long stateBytes;

    CheckpointFile(Path path, KeyCabinet keys, SecureRandom random) {
        this.path = path;
        this.keys = keys;
        this.random = random;
    }

    /// The file was written by another version of the product.
    static final class OtherVersion extends IOException {
        OtherVersion(Path path, int version) {
            super(path + " is of version " + version + ", not " + VERSION
                    + ": another version of koegura wrote it; its calls go on without us");
        }
    }

    /// What a process left: the states of calls that were not over. Empty where there is no file, or none that
    /// this installation wrote.
    ///
    /// @throws OtherVersion what it says is not known
    static Map<CallId, byte[]> read(Path path, KeyCabinet keys) throws IOException {
        Map<CallId, byte[]> found = new LinkedHashMap<>();
        if (!Files.isRegularFile(path)) {
            return found;
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
        if (bytes.remaining() < HEADER_BYTES
                || !Arrays.equals(bytes.array(), 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return found;
        }
        char version = (char) bytes.get(MAGIC.length);
        if (version != VERSION) {
            throw new OtherVersion(path, version - '0');
        }
        byte[] raw = keys.unwrap(Arrays.copyOfRange(bytes.array(), MARK_BYTES, HEADER_BYTES), PURPOSE);
        if (raw == null) {
            return found;
        }
        SecretKeySpec key = new SecretKeySpec(raw, "AES");
        Arrays.fill(raw, (byte) 0);
        bytes.position(HEADER_BYTES);
        for (long frame = 0; ; frame++) {
            ByteBuffer entries = frame(bytes, key, frame);
            if (entries == null) {
                return found;
            }
            while (entries.hasRemaining()) {
                CallId call = new CallId(new String(taken(entries, entries.getShort()), US_ASCII));
                byte[] state = taken(entries, entries.getInt());
                if (state.length == 0) {
                    found.remove(call);
                } else {
                    found.put(call, state);
                }
            }
        }
    }

    /// Whether a file has more than its header, and its process was alive not longer ago than that.
    static boolean saysSomethingSince(Path path, Duration ageMax) {
        try {
            return Files.size(path) > HEADER_BYTES && age(path).compareTo(ageMax) <= 0;
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
    private static @Nullable ByteBuffer frame(ByteBuffer bytes, SecretKeySpec key, long number) {
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
                    ? ByteBuffer.wrap(cipher(Cipher.DECRYPT_MODE, key, nonce).doFinal(sealed))
                    : null;
        } catch (GeneralSecurityException notWhole) {
            return null;
        }
    }

    /// Begins a file that says this, in place of what is there.
    void begin(Map<CallId, byte[]> known) throws IOException {
        states.clear();
        states.putAll(known);
        rewrite();
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
                .put(wrapped)
                .array());
        frames = 0;
        logBytes = HEADER_BYTES;
        stateBytes = states.values().stream().mapToLong(state -> state.length).sum();
        append(states);
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Writes what became of some calls; an empty state says that a call is over. One write to the system. Where
    /// what was written last does not stand, all is written anew.
    ///
    /// @throws IOException it may stand there in part: what follows it would not be read
    void add(Map<CallId, byte[]> changes) throws IOException {
        Map<CallId, byte[]> news = new LinkedHashMap<>();
        changes.forEach((call, state) -> {
            byte[] before = state.length == 0 ? states.remove(call) : states.put(call, state);
            stateBytes += state.length - (before == null ? 0 : before.length);
            if (before != null || state.length > 0) {
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

    private void append(Map<CallId, byte[]> entries) throws IOException {
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
            plain.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(state.length).array());
            plain.writeBytes(state);
        });
        byte[] nonce = nonce(frames++);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce).doFinal(plain.toByteArray());
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

    /// Says that the process was alive until now.
    void touch() throws IOException {
        if (file != null && !states.isEmpty()) {
            Files.setLastModifiedTime(path, FileTime.fromMillis(System.currentTimeMillis()));
        }
    }

    /// How long ago the process that wrote it was alive.
    static Duration age(Path path) throws IOException {
        return Duration.ofMillis(
                System.currentTimeMillis() - Files.getLastModifiedTime(path).toMillis());
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

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(PURPOSE);
        return cipher;
    }
}
