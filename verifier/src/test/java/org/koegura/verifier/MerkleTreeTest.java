package org.koegura.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.verifier.format.MerkleTree;

class MerkleTreeTest {

    /// The inputs and roots that implementations of Certificate Transparency are tested with.
    @Test
    void rootsAreThoseOfThePublishedVectors() {
        MerkleTree tree = new MerkleTree();
        assertThat(hex(tree.root())).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        List<String> inputs = List.of(
                "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");
        for (String input : inputs) {
            tree.add(SampleRecording.leaf(HexFormat.of().parseHex(input)));
            if (input.isEmpty()) {
                assertThat(hex(tree.root()))
                        .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
            }
        }
        assertThat(hex(tree.root())).isEqualTo("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }

    @Test
    void theStreamedRootIsTheRecursiveOneForEverySize() {
        MerkleTree tree = new MerkleTree();
        List<byte[]> leaves = new ArrayList<>();
        for (int i = 0; i < 260; i++) {
            assertThat(tree.root()).isEqualTo(SampleRecording.root(leaves));
            byte[] leaf = SampleRecording.leaf(new byte[] {(byte) i, (byte) (i >> 8)});
            leaves.add(leaf);
            tree.add(leaf);
            assertThat(tree.leaves()).isEqualTo(leaves.size());
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
