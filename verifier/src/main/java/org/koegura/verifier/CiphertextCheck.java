package org.koegura.verifier;

import static org.koegura.verifier.format.RecordingFolder.PACKETS;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.verifier.format.ByteRange;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;
import org.koegura.verifier.format.MerkleTree;
import org.koegura.verifier.format.RecordingFolder;

/// Check 3: size, hash, every piece and the root of `packets.kgr`. Needs no key; reads the file once.
final class CiphertextCheck {

    static final int PIECE_BYTES = 65_536;

    private final Findings findings;
    private final long bytes;
    private final String sha256;
    private final List<String> leaves;
    private final String root;

    private long bytesFound;
    private long badPieces;
    private @Nullable ByteRange firstBad;

    private CiphertextCheck(Members ciphertext, Findings findings) throws Malformed {
        this.findings = findings;
        ciphertext.oneOf("file", PACKETS);
        ciphertext.whole("leafBytes", PIECE_BYTES, PIECE_BYTES);
        this.bytes = ciphertext.count("bytes");
        this.sha256 = ciphertext.hex("sha256", 64);
        this.leaves = ciphertext.hashes("leaves");
        this.root = ciphertext.hex("root", 64);
        if (leaves.size() != Math.ceilDiv(bytes, PIECE_BYTES)) {
            throw ciphertext.fault("leaves", leaves.size() + " hashes cannot be those of " + bytes + " bytes");
        }
    }

    static void examine(RecordingFolder folder, Members manifest, Findings findings) throws Malformed, IOException {
        CiphertextCheck check = new CiphertextCheck(manifest.object("ciphertext"), findings);
        check.examineRoot();
        check.examineFile(folder);
    }

    private void examineRoot() {
        MerkleTree tree = new MerkleTree();
        leaves.forEach(leaf -> tree.add(HexFormat.of().parseHex(leaf)));
        if (!HexFormat.of().formatHex(tree.root()).equals(root)) {
            findings.failed(Check.CIPHERTEXT, "manifest.json: ciphertext.root is not the root of ciphertext.leaves");
        }
    }

    private void examineFile(RecordingFolder folder) throws IOException {
        MessageDigest whole = MerkleTree.newSha256();
        try (InputStream in = Files.newInputStream(folder.file(PACKETS))) {
            byte[] piece = new byte[PIECE_BYTES];
            int length = in.readNBytes(piece, 0, PIECE_BYTES);
            while (length > 0) {
                whole.update(piece, 0, length);
                examinePiece(piece, length);
                length = in.readNBytes(piece, 0, PIECE_BYTES);
            }
        }
        report(HexFormat.of().formatHex(whole.digest()));
    }

    private void examinePiece(byte[] piece, int length) {
        long from = bytesFound;
        bytesFound += length;
        long index = from / PIECE_BYTES;
        if (index < leaves.size()) {
            MessageDigest leaf = MerkleTree.newSha256();
            leaf.update((byte) 0);
            leaf.update(piece, 0, length);
            if (HexFormat.of().formatHex(leaf.digest()).equals(leaves.get((int) index))) {
                return;
            }
        }
        badPieces++;
        if (firstBad == null) {
            firstBad = new ByteRange(PACKETS, from, bytesFound - 1);
        }
    }

    private void report(String sha256Found) {
        if (firstBad != null) {
            String others = badPieces == 1 ? "" : ", and " + (badPieces - 1) + " later pieces neither";
            findings.failed(Check.CIPHERTEXT, firstBad + " are not what was sealed" + others, firstBad);
        }
        if (bytesFound < bytes) {
            ByteRange missing = new ByteRange(PACKETS, bytesFound, bytes - 1);
            findings.failed(Check.CIPHERTEXT, missing + " are missing: the file has " + bytesFound + " bytes", missing);
        } else if (bytesFound > bytes) {
            ByteRange added = new ByteRange(PACKETS, bytes, bytesFound - 1);
            findings.failed(Check.CIPHERTEXT, added + " were added: sealed were " + bytes + " bytes", added);
        }
        if (!sha256Found.equals(sha256)) {
            findings.failed(Check.CIPHERTEXT, PACKETS + " has the SHA-256 " + sha256Found + ", sealed was " + sha256);
        }
    }
}
