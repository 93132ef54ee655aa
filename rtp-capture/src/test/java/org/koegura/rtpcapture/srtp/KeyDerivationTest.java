package org.koegura.rtpcapture.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.srtp.Samples.hex;

import org.junit.jupiter.api.Test;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;

class KeyDerivationTest {

    private static final byte[] KEY = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
    private static final byte[] SALT = hex("0EC675AD498AFEEBB6960B3AABE6");

    /// RFC 3711 appendix B.3.
    @Test
    void theKeysOfPacketsAreThoseOfTheRfc() {
        assertThat(KeyDerivation.derive(KEY, SALT, KeyDerivation.RTP_ENCRYPTION, 16))
                .isEqualTo(hex("C61E7A93744F39EE10734AFE3FF7A087"));
        assertThat(KeyDerivation.derive(KEY, SALT, KeyDerivation.RTP_SALT, 14))
                .isEqualTo(hex("30CBBC08863D8C85D49DB34A9AE1"));
        assertThat(KeyDerivation.derive(KEY, SALT, KeyDerivation.RTP_AUTHENTICATION, 94))
                .isEqualTo(hex("""
                        CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE
                        E049646C43D9327AD175578EF7227098 6371C10C9A369AC2F94A8C5FBCDDDC25
                        6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2"""));
    }

    /// RFC 6188 §7.4, from which AEAD_AES_256_GCM has its derivation (RFC 7714 §11).
    @Test
    void aKeyOf256BitsIsDerivedAsItsRfcHasIt() {
        byte[] key = hex("f0f04914b513f2763a1b1fa130f10e29 98f6f6e43e4309d1e622a0e332b9f1b6");
        byte[] salt = hex("3b04803de51ee7c96423ab5b78d2");

        assertThat(KeyDerivation.derive(key, salt, KeyDerivation.RTP_ENCRYPTION, 32))
                .isEqualTo(hex("5ba1064e30ec51613cad926c5a28ef73 1ec7fb397f70a960653caf06554cd8c4"));
        assertThat(KeyDerivation.derive(key, salt, KeyDerivation.RTP_SALT, 14))
                .isEqualTo(hex("fa31791685ca444a9e07c6c64e93"));
    }

    @Test
    void rtcpHasKeysOfItsOwnAndGcmHasNoneToAuthenticateWith() {
        MasterKey master = new MasterKey(
                CryptoSuite.AES_CM_128_HMAC_SHA1_80,
                hex("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6"));

        assertThat(KeyDerivation.rtcp(master).cipherKey).isEqualTo(hex("4c1aa45a81f73d61c800bbb00fbb1eaa"));
        assertThat(KeyDerivation.rtcp(master).authenticationKey)
                .isEqualTo(hex("8d54534feb49ae8e7993a6bd0b844fc323a93dfd"));
        assertThat(KeyDerivation.rtcp(master).salt).isEqualTo(hex("9581c7ad87b3e530bf3e4454a8b3"));
        assertThat(KeyDerivation.rtp(Samples.key(CryptoSuite.AEAD_AES_256_GCM, 1)).authenticationKey)
                .isEmpty();
    }
}
