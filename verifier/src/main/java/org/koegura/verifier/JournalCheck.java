package org.koegura.verifier;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;
import org.koegura.verifier.format.MerkleTree;

/// Checks the journal's chain after `journal-v1.md`, streaming, line by line; stops at the first broken line.
///
/// Total like [Verifier]; stateless between calls; blocks on the disk.
public final class JournalCheck {

    static final int LINE_BYTES_MAX = 1 << 20;

    private static final List<String> MEMBERS =
            List.of("seq", "at", "actor", "act", "subject", "details", "previous", "hash");
    private static final byte[] HASH_MEMBER = ",\"hash\":".getBytes(StandardCharsets.US_ASCII);

    /// What follows the hashed bytes of a line: the member's name, 64 digits in quotes, the closing brace.
    private static final int SUFFIX_BYTES = HASH_MEMBER.length + 1 + 64 + 2;

    /// Checks a journal file.
    public Verdict verify(Path journal) {
        Findings findings = new Findings();
        Chain chain = new Chain();
        findings.examine(Check.JOURNAL_CHAIN, () -> {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(journal), 1 << 16)) {
                if (!chain.follow(in)) {
                    findings.notChecked(
                            Check.JOURNAL_CHAIN,
                            "the last line has no line feed: it was cut off and never acknowledged; " + chain.told());
                } else {
                    findings.passed(Check.JOURNAL_CHAIN, chain.told());
                }
            }
        });
        findings.remarked(
                Check.JOURNAL_ANCHOR,
                "not anchored: lines cut from its end show only against a count and hash kept elsewhere");
        return new Verdict(journal, findings.inOrder());
    }

    /// The chain as far as it was followed.
    private static final class Chain {

        private final MessageDigest sha256 = MerkleTree.newSha256();
        private long lines;
        private String previous = "0".repeat(64);

        String told() {
            return lines == 1 ? "1 entry, its hash " + previous : lines + " entries, the last hash " + previous;
        }

        /// Follows all lines; false where the last one has no line feed.
        boolean follow(InputStream in) throws IOException, Malformed {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                if (octet == '\n') {
                    link(line.toByteArray());
                    line.reset();
                } else if (line.size() == LINE_BYTES_MAX) {
                    throw fault("it has more than " + LINE_BYTES_MAX + " bytes");
                } else {
                    line.write(octet);
                }
            }
            return line.size() == 0;
        }

        private void link(byte[] line) throws Malformed {
            Members entry = Members.parse("journal line " + (lines + 1), line);
            if (!entry.names().equals(MEMBERS)) {
                throw fault("its members are not " + String.join(", ", MEMBERS) + " in this order");
            }
            if (hasWhiteSpace(line)) {
                throw fault("it has white space between its members");
            }
            String hash = entry.hex("hash", 64);
            if (!endsWithHash(line)) {
                throw fault("it does not end with its hash");
            }
            sha256.update(line, 0, line.length - SUFFIX_BYTES);
            if (!HexFormat.of().formatHex(sha256.digest()).equals(hash)) {
                throw fault("it was changed: its hash is not that of its bytes");
            }
            if (!entry.hex("previous", 64).equals(previous)) {
                throw fault("it does not follow the line before: a line was changed, removed or moved");
            }
            if (entry.whole("seq", 1, Long.MAX_VALUE) != lines + 1) {
                throw fault("its number is not " + (lines + 1));
            }
            examineWords(entry);
            previous = hash;
            lines++;
        }

        private void examineWords(Members entry) throws Malformed {
            entry.time("at");
            entry.text("actor");
            entry.text("act");
            entry.text("subject");
            List<String> names = List.copyOf(entry.texts("details").keySet());
            if (!names.equals(List.copyOf(new TreeMap<>(entry.texts("details")).keySet()))) {
                throw fault("its details are not sorted by name");
            }
        }

        private Malformed fault(String what) {
            return new Malformed("journal line " + (lines + 1) + ": " + what);
        }
    }

    private static boolean endsWithHash(byte[] line) {
        int at = line.length - SUFFIX_BYTES;
        return at > 0 && Arrays.equals(line, at, at + HASH_MEMBER.length, HASH_MEMBER, 0, HASH_MEMBER.length);
    }

    /// Whether white space stands outside the strings of valid JSON.
    private static boolean hasWhiteSpace(byte[] json) {
        boolean inString = false;
        for (int i = 0; i < json.length; i++) {
            if (inString && json[i] == '\\') {
                i++;
            } else if (json[i] == '"') {
                inString = !inString;
            } else if (!inString && (json[i] == ' ' || json[i] == '\t' || json[i] == '\r')) {
                return true;
            }
        }
        return false;
    }
}
