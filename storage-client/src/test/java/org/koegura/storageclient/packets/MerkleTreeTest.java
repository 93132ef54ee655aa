package org.koegura.storageclient.packets;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {

    /// The inputs and roots that certificate transparency publishes for this tree.
    private static final List<String> INPUTS =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    @Test
    void itsRootsAreThePublishedOnes() {
        MerkleTree tree = new MerkleTree();
        for (int count = 0; count < ROOTS.size(); count++) {
            assertThat(HexFormat.of().formatHex(tree.root())).isEqualTo(ROOTS.get(count));
            if (count < INPUTS.size()) {
                add(tree, HexFormat.of().parseHex(INPUTS.get(count)));
            }
        }
    }

    @Property(tries = 200)
    void itsRootIsTheOneOfTheDefinition(@ForAll @IntRange(max = 300) int leaves) {
        MerkleTree tree = new MerkleTree();
        for (int i = 0; i < leaves; i++) {
            add(tree, input(i));
        }

        assertThat(tree.root()).isEqualTo(defined(0, leaves));
    }

    @Property(tries = 200)
    void aRollbackLeavesTheTreeAsItWasMarked(
            @ForAll @IntRange(max = 200) int kept, @ForAll @IntRange(max = 200) int dropped) {
        MerkleTree tree = new MerkleTree();
        for (int i = 0; i < kept; i++) {
            add(tree, input(i));
        }
        tree.mark();
        for (int i = 0; i < dropped; i++) {
            add(tree, input(1_000 + i));
        }
        tree.rollback();
        add(tree, input(kept));

        assertThat(tree.leaves()).isEqualTo(kept + 1L);
        assertThat(tree.root()).isEqualTo(defined(0, kept + 1));
    }

    private static void add(MerkleTree tree, byte[] input) {
        tree.beginLeaf();
        tree.update(input, 0, input.length);
        tree.endLeaf();
    }

    private static byte[] input(int i) {
        return new byte[] {(byte) i, (byte) (i >> 8), 42};
    }

    /// RFC 9162 §2.1.1, word for word.
    private static byte[] defined(int from, int to) {
        MessageDigest sha256 = MerkleTree.sha256();
        int count = to - from;
        if (count == 0) {
            return sha256.digest();
        }
        if (count == 1) {
            sha256.update((byte) 0);
            return sha256.digest(input(from));
        }
        int split = Integer.highestOneBit(count - 1);
        byte[] left = defined(from, from + split);
        byte[] right = defined(from + split, to);
        sha256.update((byte) 1);
        sha256.update(left);
        byte[] root = sha256.digest(right);
        assertThat(Arrays.equals(left, right)).isFalse();
        return root;
    }
}
