package org.koegura.storageclient.packets;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Hashes a packets file as it grows: plainly, and as a tree over pieces of 64 KiB that names the piece that changed.
public final class CiphertextDigest {

    public static final int LEAF_BYTES = 65_536;

    private final MessageDigest whole = MerkleTree.sha256();
    private final MerkleTree tree = new MerkleTree();
    private final ByteArrayOutputStream leaves = new ByteArrayOutputStream(16 * MerkleTree.HASH_BYTES);
    private int leafFill;
    private long bytes;
    private @Nullable Sum finished;

    /// What was hashed.
    ///
    /// @param leaves hashes of the pieces, in order
    public record Sum(long bytes, String sha256, List<String> leaves, String root) {}

    void update(byte[] array, int from, int count) {
        whole.update(array, from, count);
        bytes += count;
        int at = from;
        int left = count;
        while (left > 0) {
            if (leafFill == 0) {
                tree.beginLeaf();
            }
            int part = Math.min(left, LEAF_BYTES - leafFill);
            tree.update(array, at, part);
            leafFill += part;
            at += part;
            left -= part;
            if (leafFill == LEAF_BYTES) {
                endLeaf();
            }
        }
    }

    /// Ends the digest; nothing may be added after. A second call gives the same.
    public Sum finish() {
        Sum known = finished;
        if (known == null) {
            if (leafFill > 0) {
                endLeaf();
            }
            HexFormat hex = HexFormat.of();
            byte[] hashes = leaves.toByteArray();
            List<String> names = new ArrayList<>(hashes.length / MerkleTree.HASH_BYTES);
            for (int at = 0; at < hashes.length; at += MerkleTree.HASH_BYTES) {
                names.add(hex.formatHex(hashes, at, at + MerkleTree.HASH_BYTES));
            }
            known = new Sum(bytes, hex.formatHex(whole.digest()), List.copyOf(names), hex.formatHex(tree.root()));
            finished = known;
        }
        return known;
    }

    private void endLeaf() {
        tree.endLeaf();
        leaves.write(tree.leafHash(), 0, MerkleTree.HASH_BYTES);
        leafFill = 0;
    }
}
