package org.koegura.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.koegura.sipproxy.message.Secret;

/// The file `keys/sip.key` of the data directory: 32 bytes, hexadecimal, for its owner alone. Made at the first start
/// and the same from then on, so that a restarted proxy knows its own branches and marks again.
///
/// Without it the next start makes another one: calls that were up pass on, but a telephone outside of the networks
/// that may use us has to register again.
final class SipKeyFile {

    private static final String DIGITS = "[0-9a-fA-F]{" + 2 * Secret.BYTES + "}";
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(OWNER_ONLY);

    private SipKeyFile() {}

    /// What stands in it; what is made now, where there is none. The data directory must be held, and have its `keys`.
    ///
    /// @throws StartFault it is no key, others may read it, or the disk refuses it
    static Secret open(Path data, SecureRandom random) throws StartFault {
        Path file = data.resolve("keys").resolve("sip.key");
        try {
            if (!Files.exists(file)) {
                make(file, random);
            }
            return read(file);
        } catch (IOException refused) {
            throw new StartFault(
                    "cannot read or make " + file + ": see that this account may read and write it, and that its disk"
                            + " has room",
                    refused);
        }
    }

    private static Secret read(Path file) throws IOException, StartFault {
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new StartFault(file + " can be read by others: chmod 600 it");
        }
        String digits = Files.size(file) > 2L * Secret.BYTES + 2 ? "" : Files.readString(file, US_ASCII);
        if (!digits.strip().matches(DIGITS)) {
            throw new StartFault(file + " is not 64 hexadecimal digits: restore it from its backup, or delete it and"
                    + " another one is made");
        }
        byte[] bytes = HexFormat.of().parseHex(digits.strip());
        try {
            return new Secret(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// Written beside it and moved there: a power cut leaves a whole key or none.
    private static void make(Path file, SecureRandom random) throws IOException {
        byte[] bytes = new byte[Secret.BYTES];
        random.nextBytes(bytes);
        Path fresh = file.resolveSibling("sip.key.new");
        Files.deleteIfExists(fresh);
        try (FileChannel out =
                FileChannel.open(fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), MODE)) {
            ByteBuffer digits = ByteBuffer.wrap((HexFormat.of().formatHex(bytes) + "\n").getBytes(US_ASCII));
            while (digits.hasRemaining()) {
                out.write(digits);
            }
            out.force(true);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
