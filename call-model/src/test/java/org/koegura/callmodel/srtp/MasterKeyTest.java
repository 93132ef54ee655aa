package org.koegura.callmodel.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MasterKeyTest {

    @ParameterizedTest
    @EnumSource
    void aKeyIsEqualToItsCopyOnlyAndNobodyChangesIt(CryptoSuite suite) {
        MasterKey key = MasterKey.fresh(suite, new SecureRandom());
        byte[] bytes = key.keyAndSalt();

        assertThat(new MasterKey(suite, bytes)).isEqualTo(key).hasSameHashCodeAs(key);
        assertThat(MasterKey.fresh(suite, new SecureRandom())).isNotEqualTo(key);
        assertThat(key.key()).hasSize(suite.keyBytes()).isEqualTo(Arrays.copyOf(bytes, suite.keyBytes()));
        assertThat(key.salt()).hasSize(suite.saltBytes());
        bytes[0]++;
        assertThat(new MasterKey(suite, bytes)).isNotEqualTo(key);
        assertThat(CryptoSuite.named(suite.name())).isEqualTo(suite);
    }

    @ParameterizedTest
    @EnumSource
    void aLegHasTwoKeysAndShowsNone(CryptoSuite suite) {
        MasterKey ours = new MasterKey(suite, new byte[suite.keyBytes() + suite.saltBytes()]);
        MasterKey theirs = MasterKey.fresh(suite, new SecureRandom());

        assertThat(new SrtpKeys(ours, theirs))
                .hasToString("SrtpKeys[ours=MasterKey[" + suite + "], theirs=MasterKey[" + suite + "]]");
        assertThatThrownBy(() -> new SrtpKeys(ours, new MasterKey(suite, ours.keyAndSalt())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("never one of an endpoint");
    }
}
