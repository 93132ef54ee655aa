package org.koegura.storageclient.packets;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// A SHA-256 tree as in RFC 9162 §2.1.1, grown leaf by leaf in constant memory and without allocation.
///
/// Kept are the roots of the complete subtrees, largest first: one for each set bit of the number of leaves.
final class MerkleTree {

    static final int HASH_BYTES = 32;

    /// One more than the most subtrees there can be of 2^40 leaves.
    private static final int SUBTREES_MAX = 42;

    private final MessageDigest sha256 = sha256();
    private final byte[] subtrees = new byte[SUBTREES_MAX * HASH_BYTES];
    private final byte[] markedSubtrees = new byte[SUBTREES_MAX * HASH_BYTES];
    private final byte[] leafHash = new byte[HASH_BYTES];
    private long leaves;
    private long markedLeaves;

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }

    long leaves() {
        return leaves;
    }

    /// Starts a leaf; its input follows in any number of [#update] calls.
    void beginLeaf() {
        sha256.reset();
        sha256.update((byte) 0);
    }

    void update(byte[] bytes, int from, int count) {
        sha256.update(bytes, from, count);
    }

    /// Consumes the buffer.
    void update(ByteBuffer bytes) {
        sha256.update(bytes);
    }

    void endLeaf() {
        digestInto(leafHash, 0);
        int depth = Long.bitCount(leaves);
        System.arraycopy(leafHash, 0, subtrees, depth * HASH_BYTES, HASH_BYTES);
        for (long carry = leaves; (carry & 1) == 1; carry >>= 1) {
            depth--;
            node(subtrees, depth * HASH_BYTES, subtrees, (depth + 1) * HASH_BYTES, subtrees, depth * HASH_BYTES);
        }
        leaves++;
    }

    /// Hash of the leaf that ended last; valid until the next one ends.
    byte[] leafHash() {
        return leafHash;
    }

    /// Remembers the tree as it is, for [#rollback].
    void mark() {
        System.arraycopy(subtrees, 0, markedSubtrees, 0, Long.bitCount(leaves) * HASH_BYTES);
        markedLeaves = leaves;
    }

    /// Forgets the leaves added since [#mark].
    void rollback() {
        System.arraycopy(markedSubtrees, 0, subtrees, 0, Long.bitCount(markedLeaves) * HASH_BYTES);
        leaves = markedLeaves;
    }

    /// The root over the leaves so far; more may follow.
    byte[] root() {
        if (leaves == 0) {
            sha256.reset();
            return sha256.digest();
        }
        byte[] root = new byte[HASH_BYTES];
        int subtree = Long.bitCount(leaves) - 1;
        System.arraycopy(subtrees, subtree * HASH_BYTES, root, 0, HASH_BYTES);
        while (--subtree >= 0) {
            node(subtrees, subtree * HASH_BYTES, root, 0, root, 0);
        }
        return root;
    }

    private void node(byte[] left, int leftAt, byte[] right, int rightAt, byte[] into, int intoAt) {
        sha256.reset();
        sha256.update((byte) 1);
        sha256.update(left, leftAt, HASH_BYTES);
        sha256.update(right, rightAt, HASH_BYTES);
        digestInto(into, intoAt);
    }

    private void digestInto(byte[] into, int at) {
        try {
            sha256.digest(into, at, HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("no room for a SHA-256", e);
        }
    }
}
