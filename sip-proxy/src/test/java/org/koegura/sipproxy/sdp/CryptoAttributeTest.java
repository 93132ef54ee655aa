package org.koegura.sipproxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;

final class CryptoAttributeTest {

    /// Keys of RFC 4568 §5.1.1 and §1.
    private static final String OFFERED = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

    private static final String ANSWERED = "PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR";
    private static final String SHORT_TAG = "NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj";

    private static CryptoAttribute read(String value) {
        return Objects.requireNonNull(CryptoAttribute.read(value), "usable");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /// RFC 4568 §5.1.1, §1; without the key identifiers, which we do not do.
    @Test
    void theLinesOfTheRfcAreRead() {
        CryptoAttribute offered = read("1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + "|2^20 FEC_ORDER=FEC_SRTP");
        assertThat(offered.tag()).isEqualTo(1);
        assertThat(offered.lifetimePackets()).isEqualTo(1 << 20);
        assertThat(offered.key().suite()).isEqualTo(CryptoSuite.AES_CM_128_HMAC_SHA1_80);
        assertThat(text(offered.key().keyAndSalt())).isEqualTo("YS___semctl () {\t220;}\n}\nunles");
        assertThat(offered.key().key()).hasSize(16);
        assertThat(offered.key().salt()).hasSize(14);

        CryptoAttribute answered = read("1 AES_CM_128_HMAC_SHA1_80 inline:" + ANSWERED);
        assertThat(answered.lifetimePackets()).isEqualTo(CryptoAttribute.LIFETIME_PACKETS_MAX);
        assertThat(read("7 AES_CM_128_HMAC_SHA1_32 inline:" + SHORT_TAG + "|1048576 WSH=64 -future=1")
                        .lifetimePackets())
                .isEqualTo(1 << 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1 AES_CM_128_HMAC_SHA1_80",
                "x AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED,
                "-1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED,
                "1234567890 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED,
                "1 F8_128_HMAC_SHA1_80 inline:" + OFFERED,
                "1 AES_CM_128_HMAC_SHA1_80 uri:" + OFFERED,
                "1 AES_CM_128_HMAC_SHA1_80 inline:",
                "1 AES_CM_128_HMAC_SHA1_80 inline:no*base64",
                "1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19z",
                "1 AEAD_AES_128_GCM inline:" + OFFERED,
                "1 AEAD_AES_256_GCM inline:" + OFFERED,
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + "|",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + "|0",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + "|2^49",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + "|281474976710657",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + "|99999999999999999999",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + "|1:4",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + "|2^20|1:4",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + "|2^20;inline:" + ANSWERED + "|2^20",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + " UNENCRYPTED_SRTP",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + " UNENCRYPTED_SRTCP",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + " UNAUTHENTICATED_SRTP",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + " KDR=1",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + " FEC_ORDER=SRTP_FEC",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + " WSH=many",
                "1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED + " future=1"
            })
    void whatCannotBeReadOrAsksForWhatWeDoNotDoIsPassedOver(String value) {
        assertThat(CryptoAttribute.read(value)).isNull();
    }

    /// RFC 4568 §7.1.1: several lines, the preferred one first; RFC 4568 §6.2 has suites that we do not
    /// have.
    @Test
    void ofSeveralLinesTheUsableOnesRemainInTheirOrder() {
        List<SdpLine> section = SdpLine.cut(String.join(
                "\r\n",
                "m=audio 49170 RTP/SAVP 0",
                "a=crypto:1 F8_128_HMAC_SHA1_80 inline:" + OFFERED,
                "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:" + SHORT_TAG,
                "a=rtpmap:0 PCMU/8000",
                "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:" + ANSWERED + "|2^20|1:4",
                "a=Crypto: 4 aes_cm_128_hmac_sha1_80 INLINE:" + ANSWERED));

        assertThat(CryptoAttribute.usable(section))
                .extracting(CryptoAttribute::tag)
                .containsExactly(2, 4);
    }

    @Property
    void whatIsWrittenIsReadAgain(
            @ForAll CryptoSuite suite,
            @ForAll @IntRange(max = 999_999_999) int tag,
            @ForAll @LongRange(min = 1, max = CryptoAttribute.LIFETIME_PACKETS_MAX) long lifetime,
            @ForAll byte[] seed) {
        byte[] keyAndSalt = Arrays.copyOf(seed, suite.keyBytes() + suite.saltBytes());
        CryptoAttribute attribute = new CryptoAttribute(tag, new MasterKey(suite, keyAndSalt), lifetime);

        assertThat(CryptoAttribute.read(attribute.value())).isEqualTo(attribute);
        assertThat(CryptoAttribute.read(attribute.value().replace("=", "")))
                .as("some leave the padding out")
                .isEqualTo(attribute);
    }

    @Property
    void anyTextIsReadOrNot(@ForAll String value) {
        @Nullable CryptoAttribute read = CryptoAttribute.read(value);
        assertThat(read == null || read.lifetimePackets() > 0).isTrue();
    }

    @Test
    void noKeyIsShownByWhateverIsPrinted() {
        CryptoAttribute attribute = read("1 AES_CM_128_HMAC_SHA1_80 inline:" + OFFERED);
        String raw = text(Base64.getDecoder().decode(OFFERED));

        assertThat(attribute.toString() + attribute.key() + List.of(attribute))
                .doesNotContain(OFFERED, OFFERED.substring(0, 10), raw)
                .contains("AES_CM_128_HMAC_SHA1_80");
        assertThat(new SdpLine("a=crypto:" + attribute.value(), "\r\n").toString())
                .contains("crypto")
                .doesNotContain(OFFERED);
        assertThatThrownBy(() -> new MasterKey(CryptoSuite.AEAD_AES_256_GCM, raw.getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessageContaining("44 bytes are needed, not 30")
                .hasMessageNotContaining(raw);
    }
}
