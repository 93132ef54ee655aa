package org.koegura.verifier.format;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;

/// A SHA-256 tree of RFC 9162 §2.1.1, computed while the leaves come, in memory of the order of its depth.
///
/// On the stack lie the roots of complete subtrees, larger ones below. Two of one size become one of twice the size;
/// at the end the rest is joined from the top, which is the split at the largest power of two.
public final class MerkleTree {

    private final MessageDigest sha256 = newSha256();
    private final Deque<Subtree> stack = new ArrayDeque<>();
    private long leaves;

    private static final class Subtree {
        final byte[] root;
        final long leaves;

        Subtree(byte[] root, long leaves) {
            this.root = root;
            this.leaves = leaves;
        }
    }

    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }

    /// Adds the next leaf by its hash, `SHA-256(0x00 ‖ input)`.
    public void add(byte[] leafHash) {
        leaves++;
        Subtree subtree = new Subtree(leafHash, 1);
        while (!stack.isEmpty() && stack.element().leaves == subtree.leaves) {
            subtree = joined(stack.pop(), subtree);
        }
        stack.push(subtree);
    }

    public long leaves() {
        return leaves;
    }

    /// The root over the leaves so far; the tree may grow on.
    public byte[] root() {
        Deque<Subtree> rest = new ArrayDeque<>(stack);
        if (rest.isEmpty()) {
            return sha256.digest();
        }
        Subtree whole = rest.pop();
        while (!rest.isEmpty()) {
            whole = joined(rest.pop(), whole);
        }
        return whole.root.clone();
    }

    private Subtree joined(Subtree left, Subtree right) {
        sha256.update((byte) 1);
        sha256.update(left.root);
        sha256.update(right.root);
        return new Subtree(sha256.digest(), left.leaves + right.leaves);
    }
}
