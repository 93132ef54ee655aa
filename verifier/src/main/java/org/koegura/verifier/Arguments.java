package org.koegura.verifier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.verifier.format.Reading;

/// The command line, taken apart.
///
/// @param paths what to verify, at least one
/// @param keysDirectory `--keys`, or null
/// @param trusted the keys of all `--trust`
/// @param json whether `--json` was given
record Arguments(List<Path> paths, @Nullable Path keysDirectory, List<PublicKey> trusted, boolean json) {

    private static final int PEM_BYTES_MAX = 1 << 16;

    /// The arguments cannot be used; the message is one line that says why.
    static final class Unusable extends Exception {
        Unusable(String message) {
            super(message);
        }
    }

    static Arguments parse(List<String> words) throws Unusable {
        List<Path> paths = new ArrayList<>();
        List<PublicKey> trusted = new ArrayList<>();
        @Nullable Path keysDirectory = null;
        boolean json = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            switch (word) {
                case "--json" -> json = true;
                case "--keys" -> keysDirectory = directory(value(words, ++i));
                case "--trust" -> trusted.add(publicKey(path(value(words, ++i))));
                default -> {
                    if (word.startsWith("-")) {
                        throw new Unusable("there is no option " + word + " (verify --help)");
                    }
                    paths.add(path(word));
                }
            }
        }
        if (paths.isEmpty()) {
            throw new Unusable("name a recording's folder, a data directory or a journal (verify --help)");
        }
        return new Arguments(List.copyOf(paths), keysDirectory, List.copyOf(trusted), json);
    }

    /// Reads a public key in PEM.
    static PublicKey publicKey(Path file) throws Unusable {
        try {
            if (!Reading.isFile(file) || Files.size(file) > PEM_BYTES_MAX) {
                throw new Unusable(file + " is not a file with a public key");
            }
            String pem = Files.readString(file, StandardCharsets.ISO_8859_1);
            String base64 =
                    pem.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "").replaceAll("\\s", "");
            byte[] encoded = Base64.getDecoder().decode(base64);
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (IOException unreadable) {
            throw new Unusable(Reading.why(unreadable));
        } catch (IllegalArgumentException | GeneralSecurityException notAKey) {
            throw new Unusable(file + " is not an Ed25519 public key in PEM");
        }
    }

    private static Path directory(String word) throws Unusable {
        Path directory = path(word);
        if (!Files.isDirectory(directory)) {
            throw new Unusable("--keys: there is no folder " + word);
        }
        return directory;
    }

    private static String value(List<String> words, int at) throws Unusable {
        if (at >= words.size()) {
            throw new Unusable(words.get(at - 1) + " needs a value (verify --help)");
        }
        return words.get(at);
    }

    private static Path path(String word) throws Unusable {
        try {
            return Path.of(word);
        } catch (InvalidPathException notAPath) {
            throw new Unusable("'" + word + "' is not a path");
        }
    }
}
