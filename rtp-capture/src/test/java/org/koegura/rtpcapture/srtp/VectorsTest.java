package org.koegura.rtpcapture.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.srtp.Samples.datagram;
import static org.koegura.rtpcapture.srtp.Samples.hex;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.rtpcapture.srtp.KeyDerivation.SessionKeys;

/// Whole packets of others: RFC 3711 appendix B.2, RFC 7714 §16 and §17, and the packets that libsrtp
/// proves itself by.
class VectorsTest {

    private static final String RTP = """
            8040f17b 8041f8d3 5501a0b2
            47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573""";
    private static final String RTCP = """
            81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
            deadbeef deadbeef deadbeef deadbeef deadbeef""";
    private static final String KEY_128 = "000102030405060708090a0b0c0d0e0f";
    private static final String KEY_256 = KEY_128 + "101112131415161718191a1b1c1d1e1f";
    private static final int RTCP_INDEX = 0x5d4;
    private static final MasterKey LIBSRTP = new MasterKey(
            CryptoSuite.AES_CM_128_HMAC_SHA1_80, hex("e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6"));

    @Test
    void theKeystreamIsThatOfRfc3711() {
        SessionKeys keys = new SessionKeys(
                hex("2B7E151628AED2A6ABF7158809CF4F3C"), new byte[20], hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"));
        byte[] stream = new byte[0xFF02 * 16];

        new AesCounterMode.Stream(keys).crypt(stream, 0, stream.length, 0, 0);

        assertThat(Arrays.copyOf(stream, 48)).isEqualTo(hex("""
                        E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB
                        41E95B3BB0A2E8DD477901E4FCA894C0"""));
        assertThat(Arrays.copyOfRange(stream, 0xFEFF * 16, stream.length)).isEqualTo(hex("""
                        EC8CDF7398607CB0F2D21675EA9EA1E4 362B7C3C6773516318A077D7FC5073AE
                        6A2CC3787889374FBEB4C81B17BA6C44"""));
    }

    @Test
    void aPacketInCounterModeIsTheOneOfLibsrtp() {
        byte[] plain = hex("800f1234decafbadcafebabe abababababababababababababababab");
        byte[] sent = Samples.protect(new SrtpSender(LIBSRTP), plain);

        assertThat(sent)
                .isEqualTo(hex("800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb"));
        ByteBuf heard = datagram(sent);
        assertThat(new SrtpReceiver(LIBSRTP).unprotectRtp(heard)).isEqualTo(Outcome.PASSED);
        assertThat(Samples.bytes(heard)).isEqualTo(plain);
    }

    @Test
    void aReportInCounterModeIsTheOneOfLibsrtp() {
        byte[] plain = hex("81c8000bcafebabe abababababababababababababababab");
        byte[] packet = Arrays.copyOf(plain, plain.length + Transform.OVERHEAD_BYTES_MAX);

        int length = Transform.of(LIBSRTP).protectRtcp(packet, plain.length, 1);

        byte[] sent = Arrays.copyOf(packet, length);
        assertThat(sent)
                .isEqualTo(hex("81c8000bcafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798"));
        ByteBuf heard = datagram(sent);
        assertThat(new SrtpReceiver(LIBSRTP).unprotectRtcp(heard)).isEqualTo(Outcome.PASSED);
        assertThat(Samples.bytes(heard)).isEqualTo(plain);
    }

    @ParameterizedTest
    @CsvSource({
        KEY_128
                + ", f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
                + "899d7f27beb16a9152cf765ee4390cce",
        KEY_256
                + ", 32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
                + "7aa3db36dfffd6b0f9bb7878d7a76c13"
    })
    void aPacketInGcmIsTheOneOfRfc7714(String key, String sealed) {
        Transform gcm = gcm(key);
        byte[] plain = hex(RTP);
        byte[] sent = hex("8040f17b8041f8d35501a0b2" + sealed);
        byte[] packet = Arrays.copyOf(plain, sent.length);

        assertThat(gcm.protectRtp(packet, 12, plain.length, 0xf17b)).isEqualTo(sent.length);
        assertThat(packet).isEqualTo(sent);
        ByteBuf heard = datagram(sent);
        assertThat(new SrtpReceiver(gcm(key), List.of(), false).unprotectRtp(heard))
                .isEqualTo(Outcome.PASSED);
        assertThat(Samples.bytes(heard)).isEqualTo(plain);
    }

    @ParameterizedTest
    @CsvSource({
        KEY_128
                + ", 63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b"
                + "c84aa45896cf4d2fc5abf87245d9eade",
        KEY_256
                + ", d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad"
                + "1d1eb30c4446839f57ff6f6cb26ac3be"
    })
    void aReportInGcmIsTheOneOfRfc7714(String key, String sealed) {
        byte[] plain = hex(RTCP);
        byte[] sent = hex("81c8000d4d617273" + sealed + "800005d4");
        byte[] packet = Arrays.copyOf(plain, sent.length);

        assertThat(gcm(key).protectRtcp(packet, plain.length, RTCP_INDEX)).isEqualTo(sent.length);
        assertThat(packet).isEqualTo(sent);
        opens(key, sent, plain);
    }

    /// RFC 7714 §17.3, §17.4: bit E is 0, and the packet is authenticated only.
    @ParameterizedTest
    @CsvSource({KEY_128 + ", 841dd9683dd78ec92ae58790125f62b3", KEY_256 + ", 91db4afbfeee5a978fab4393ed2615fe"})
    void aReportThatIsOnlyAuthenticatedIsTakenToo(String key, String tag) {
        opens(key, hex(RTCP + tag + "000005d4"), hex(RTCP));
    }

    private static void opens(String key, byte[] sent, byte[] plain) {
        ByteBuf heard = datagram(sent);
        assertThat(new SrtpReceiver(gcm(key), List.of(), false).unprotectRtcp(heard))
                .isEqualTo(Outcome.PASSED);
        assertThat(Samples.bytes(heard)).isEqualTo(plain);
    }

    private static Transform gcm(String key) {
        SessionKeys keys = new SessionKeys(hex(key), new byte[0], hex("517569642070726f2071756f"));
        return new AesGcm(keys, keys);
    }
}
