package org.koegura.verifier.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The folder of one recording and its three files; links and devices in their place are not followed.
///
/// @param path the folder
public record RecordingFolder(Path path) {

    public static final String PACKETS = "packets.kgr";
    public static final String MANIFEST = "manifest.json";
    public static final String SIGNATURE = "manifest.sig";

    public static final int MANIFEST_BYTES_MAX = 16 << 20;

    /// The last word of its path, also where the path is relative or `.`.
    public String name() {
        return String.valueOf(path.toAbsolutePath().normalize().getFileName());
    }

    /// Whether a plain file is there. Throws [AccessDeniedException] where this user may not look.
    public boolean has(String file) throws AccessDeniedException {
        return Reading.isFile(path.resolve(file), LinkOption.NOFOLLOW_LINKS);
    }

    /// The path of a file that is there. Throws [NoSuchFileException], which names the file alone, where it is not.
    public Path file(String name) throws NoSuchFileException, AccessDeniedException {
        if (!has(name)) {
            throw new NoSuchFileException(name);
        }
        return path.resolve(name);
    }

    /// Reads a whole small file. Throws [Malformed] where it has more than `bytesMax` bytes.
    public byte[] bytes(String name, int bytesMax) throws IOException, Malformed {
        try (InputStream in = Files.newInputStream(file(name))) {
            byte[] bytes = in.readNBytes(bytesMax + 1);
            if (bytes.length > bytesMax) {
                throw new Malformed(name + " has more than " + bytesMax + " bytes");
            }
            return bytes;
        }
    }

    public Members manifest() throws IOException, Malformed {
        return Members.parse(MANIFEST, bytes(MANIFEST, MANIFEST_BYTES_MAX));
    }
}
