package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.SrtpMessages.KEY_1;
import static org.koegura.sipproxy.call.SrtpMessages.KEY_2;
import static org.koegura.sipproxy.call.SrtpMessages.SUITE;
import static org.koegura.sipproxy.call.SrtpMessages.crypto;
import static org.koegura.sipproxy.call.SrtpMessages.key;
import static org.koegura.sipproxy.call.SrtpMessages.lines;
import static org.koegura.sipproxy.call.SrtpMessages.sdp;
import static org.koegura.sipproxy.call.SrtpMessages.with;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.call.CallRunner.Passing;
import org.koegura.sipproxy.media.HoldWatch;
import org.koegura.sipproxy.negotiation.Audio;
import org.koegura.sipproxy.sdp.CryptoAttribute;

/// SRTP that is ended here (trap 28): outside it is required, over TLS; inside there is none.
class SrtpNegotiationTest {

    private final HoldWatch hold = new HoldWatch();
    private final FakeMediaPlane.Session media = new FakeMediaPlane(20)
            .open(
                    Calling.FACTS.call(),
                    new MailedMediaEvents(
                            new Mailbox(8, new CallMeters(new SimpleMeterRegistry(), Set.of())),
                            new LifeSigns(hold, CallSettings.defaults(), Clock.systemUTC()),
                            new Checkpoints(Calling.FACTS, new KeptCheckpoints()),
                            true));
    private final Negotiation negotiation =
            new Negotiation(media, CallSettings.defaults(), _ -> false, true, hold, _ -> {}, Calling.keys());

    private long cseq;

    private SrtpNegotiationTest set(SrtpProfile inside, SrtpProfile outside, boolean adapts) {
        negotiation.srtp(INSIDE, inside, adapts);
        negotiation.srtp(OUTSIDE, outside, adapts);
        return this;
    }

    private SrtpNegotiationTest plainInsideAndSrtpOutside() {
        return set(SrtpProfile.NEVER, SrtpProfile.REQUIRE, false);
    }

    /// The outside hop is over TLS.
    private static Passing overTls(Passing passing) {
        return with(passing, passing.from() == OUTSIDE, passing.from() == INSIDE);
    }

    private String pass(Passing passing) {
        return switch (negotiation.pass(passing)) {
            case Body.Unchanged _ -> new String(passing.body(), StandardCharsets.ISO_8859_1);
            case Body.Replaced(var body) -> new String(body, StandardCharsets.ISO_8859_1);
            case Body.Early(var sdp, var _) -> new String(sdp, StandardCharsets.ISO_8859_1);
            case Body.Refuse refusal -> refusal.status() + " " + refusal.why();
        };
    }

    /// An offer in a request; the first opens the call.
    private String offer(Leg from, String sdp) {
        return pass(overTls(Calling.request(from, "INVITE", ++cseq, cseq == 1 ? "" : "a", sdp)));
    }

    private String answer(Leg from, String sdp) {
        String passed = pass(overTls(Calling.response(from, "INVITE", 200, cseq, "a", sdp)));
        negotiation.won("a");
        return passed;
    }

    private @Nullable SrtpKeys keys(Leg leg) {
        RemoteMedia agreed = media.agreed(0, leg);
        return agreed == null ? null : agreed.srtp();
    }

    @Test
    void anOfferOfSrtpGoesOnPlainAndItsAnswerComesBackUnderAKeyOfOurs() {
        String plain = plainInsideAndSrtpOutside()
                .offer(
                        OUTSIDE,
                        sdp(
                                2000,
                                "RTP/SAVP",
                                "crypto:1 F8_128_HMAC_SHA1_80 inline:" + KEY_2,
                                crypto(2, KEY_1),
                                crypto(3, KEY_2),
                                "sendrecv"));
        assertThat(plain).contains(" RTP/AVP 0\r\n", "a=sendrecv\r\n").doesNotContain("crypto", "SAVP", KEY_1, KEY_2);

        String secured = answer(INSIDE, sdp(1000, "RTP/AVP"));
        assertThat(secured).contains(" RTP/SAVP 0\r\n");
        assertThat(lines(secured)).singleElement().satisfies(line -> {
            assertThat(line.tag()).isEqualTo(2);
            assertThat(line.key().suite()).isEqualTo(CryptoSuite.AES_CM_128_HMAC_SHA1_80);
            assertThat(keys(OUTSIDE)).isEqualTo(new SrtpKeys(line.key(), key(KEY_1)));
        });
        assertThat(keys(INSIDE)).isNull();
        assertThat(negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void aPlainOfferGoesOnAsSrtpAndTheLineThatIsAnsweredHolds() {
        String secured = plainInsideAndSrtpOutside().offer(INSIDE, sdp(1000, "RTP/AVP", "ptime:20"));
        assertThat(secured).contains(" RTP/SAVP 0\r\n", "a=ptime:20\r\n");
        List<CryptoAttribute> offered = lines(secured);
        assertThat(offered)
                .extracting(line -> line.key().suite())
                .containsExactly(CryptoSuite.AES_CM_128_HMAC_SHA1_80, CryptoSuite.AEAD_AES_256_GCM);
        assertThat(offered).extracting(CryptoAttribute::key).doesNotHaveDuplicates();

        String plain = answer(OUTSIDE, sdp(2000, "RTP/SAVP", crypto(1, KEY_2)));
        assertThat(plain).contains(" RTP/AVP 0\r\n").doesNotContain("crypto", KEY_2);
        assertThat(keys(OUTSIDE)).isEqualTo(new SrtpKeys(offered.getFirst().key(), key(KEY_2)));
        assertThat(keys(INSIDE)).isNull();
        assertThat(negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void betweenTwoLegsOfSrtpEachHasKeysOfItsOwn() {
        set(SrtpProfile.REQUIRE, SrtpProfile.REQUIRE, false);
        String on = pass(with(
                Calling.request(OUTSIDE, "INVITE", 1, "", sdp(2000, "RTP/SAVP", crypto(1, KEY_1))), true, true));
        String back = pass(with(
                Calling.response(INSIDE, "INVITE", 200, 1, "a", sdp(1000, "RTP/SAVP", crypto(1, KEY_2))), true, true));
        MasterKey toInside = lines(on).getFirst().key();
        MasterKey toOutside = lines(back).getFirst().key();
        assertThat(List.of(toInside, toOutside, key(KEY_1), key(KEY_2))).doesNotHaveDuplicates();
        assertThat(keys(INSIDE)).isEqualTo(new SrtpKeys(toInside, key(KEY_2)));
        assertThat(keys(OUTSIDE)).isEqualTo(new SrtpKeys(toOutside, key(KEY_1)));
    }

    @Test
    void plainAudioWhereSrtpIsRequiredAndSrtpWhereThereIsNoneAreRefused() {
        plainInsideAndSrtpOutside();
        assertThat(offer(OUTSIDE, sdp(2000, "RTP/AVP"))).isEqualTo("488 ENCRYPTED_MEDIA");
        cseq = 0;
        assertThat(offer(INSIDE, sdp(1000, "RTP/SAVP", crypto(1, KEY_1)))).isEqualTo("488 ENCRYPTED_MEDIA");
        cseq = 0;
        assertThat(offer(OUTSIDE, sdp(2000, "UDP/TLS/RTP/SAVP", "fingerprint:sha-1 00", "setup:actpass")))
                .isEqualTo("488 ENCRYPTED_MEDIA");
    }

    @Test
    void keysAreNeitherBelievedNorSaidWithoutTls() {
        plainInsideAndSrtpOutside();
        Passing unbelieved = Calling.request(OUTSIDE, "INVITE", 1, "", sdp(2000, "RTP/SAVP", crypto(1, KEY_1)));
        assertThat(pass(with(unbelieved, false, false))).isEqualTo("488 ENCRYPTED_MEDIA");
        Passing unsaid = Calling.request(INSIDE, "INVITE", 2, "", sdp(1000, "RTP/AVP"));
        assertThat(pass(with(unsaid, false, false))).isEqualTo("488 ENCRYPTED_MEDIA");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "crypto:1 " + SUITE + " inline:" + KEY_1 + "|2^20|1:4",
                "crypto:1 " + SUITE + " inline:" + KEY_1 + " UNENCRYPTED_SRTP",
                "crypto:1 " + SUITE + " inline:" + KEY_1 + " UNAUTHENTICATED_SRTP",
                "crypto:1 " + SUITE + " inline:" + KEY_1 + " SOMETHING=new",
                "crypto:1 " + SUITE + " inline:" + KEY_1 + ";inline:" + KEY_2,
                "crypto:1 AES_256_CM_HMAC_SHA1_80 inline:" + KEY_1,
                "ptime:20"
            })
    void aLineThatAsksForMoreThanWeDoIsNotTakenAndNoneIsRefused(String attribute) {
        assertThat(plainInsideAndSrtpOutside().offer(OUTSIDE, sdp(2000, "RTP/SAVP", attribute)))
                .isEqualTo("488 ENCRYPTED_MEDIA");
    }

    @Test
    void aReinviteWithAnotherKeyGetsAnotherOneOfOursAndWithTheSameTheSame() {
        plainInsideAndSrtpOutside().offer(OUTSIDE, sdp(2000, "RTP/SAVP", crypto(1, KEY_1)));
        MasterKey first = lines(answer(INSIDE, sdp(1000, "RTP/AVP"))).getFirst().key();
        offer(OUTSIDE, sdp(2000, "RTP/SAVP", crypto(5, KEY_1), "inactive"));
        CryptoAttribute same = lines(answer(INSIDE, sdp(1000, "RTP/AVP"))).getFirst();
        assertThat(same.key()).isEqualTo(first);
        assertThat(same.tag()).isEqualTo(5);

        offer(OUTSIDE, sdp(2000, "RTP/SAVP", crypto(1, KEY_2)));
        MasterKey other = lines(answer(INSIDE, sdp(1000, "RTP/AVP"))).getFirst().key();
        assertThat(other).isNotEqualTo(first);
        assertThat(keys(OUTSIDE)).isEqualTo(new SrtpKeys(other, key(KEY_2)));

        String ours = offer(INSIDE, sdp(1000, "RTP/AVP", "inactive"));
        assertThat(lines(ours).getFirst().key())
                .as("an offer of the other party changes no key")
                .isEqualTo(other);
    }

    @Test
    void aReinviteThatIsRefusedLeavesTheKeysAsTheyWere() {
        plainInsideAndSrtpOutside().offer(OUTSIDE, sdp(2000, "RTP/SAVP", crypto(1, KEY_1)));
        answer(INSIDE, sdp(1000, "RTP/AVP"));
        SrtpKeys before = keys(OUTSIDE);
        offer(OUTSIDE, sdp(2000, "RTP/SAVP", crypto(1, KEY_2)));
        pass(overTls(Calling.response(INSIDE, "INVITE", 488, cseq, "a", "")));
        assertThat(keys(OUTSIDE)).isEqualTo(before);
    }

    @Test
    void anOfferInA200IsAnsweredInTheAck() {
        plainInsideAndSrtpOutside().offer(OUTSIDE, "");
        List<CryptoAttribute> offered = lines(answer(INSIDE, sdp(1000, "RTP/AVP")));
        assertThat(offered).hasSize(2);
        String plain = pass(overTls(Calling.request(OUTSIDE, "ACK", 1, "a", sdp(2000, "RTP/SAVP", crypto(1, KEY_1)))));
        assertThat(plain).contains(" RTP/AVP 0\r\n").doesNotContain("crypto");
        assertThat(keys(OUTSIDE)).isEqualTo(new SrtpKeys(offered.getFirst().key(), key(KEY_1)));

        offer(OUTSIDE, "");
        assertThat(lines(answer(INSIDE, sdp(1000, "RTP/AVP"))))
                .as("who asks for an offer may be about to lead the call to somebody else")
                .doesNotContainAnyElementsOf(offered);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 488, 606})
    void aRefusalGoesOnWithoutTheKeysThatItSays(int status) {
        plainInsideAndSrtpOutside().offer(INSIDE, sdp(1000, "RTP/AVP"));
        String said = sdp(2000, "RTP/SAVP", "ptime:20") + "a=" + crypto(1, KEY_1) + "\r\n";
        Passing refusal = Calling.response(OUTSIDE, "INVITE", status, cseq, "a", said);
        assertThat(pass(overTls(refusal))).isEqualTo(sdp(2000, "RTP/SAVP", "ptime:20"));
        assertThat(pass(overTls(refusal))).as("again").doesNotContain("crypto", KEY_1);

        String unreadable = "v=0\r\nm=audio\r\nk=clear:secret\r\na=" + crypto(1, KEY_1) + "\r\n";
        assertThat(pass(overTls(Calling.response(OUTSIDE, "INVITE", status, cseq, "b", unreadable))))
                .isEqualTo("v=0\r\nm=audio\r\n");
    }

    @Test
    void aRefusalInMidCallTakesTheOfferBackAndSaysNoKey() {
        plainInsideAndSrtpOutside().offer(OUTSIDE, sdp(2000, "RTP/SAVP", crypto(1, KEY_1)));
        answer(INSIDE, sdp(1000, "RTP/AVP"));
        SrtpKeys before = keys(OUTSIDE);
        offer(INSIDE, sdp(1000, "RTP/AVP", "inactive"));
        String said = sdp(2000, "RTP/SAVP", crypto(1, KEY_2));
        assertThat(pass(overTls(Calling.response(OUTSIDE, "INVITE", 488, cseq, "a", said))))
                .contains(" RTP/SAVP 0\r\n")
                .doesNotContain("crypto", KEY_2);
        assertThat(keys(OUTSIDE)).isEqualTo(before);
    }

    @Test
    void whereWhatThePartiesAgreeOnPassesSoDoesARefusal() {
        set(SrtpProfile.PASS, SrtpProfile.PASS, false).offer(INSIDE, sdp(1000, "RTP/AVP"));
        String said = sdp(2000, "RTP/SAVP", crypto(1, KEY_1));
        assertThat(pass(Calling.response(OUTSIDE, "INVITE", 488, cseq, "a", said)))
                .isEqualTo(said);
    }

    /// RFC 5939 §3.4.2.
    @Test
    void aKeyThatIsSaidAsACapabilityDoesNotPassEither() {
        String could = "acap:2 " + crypto(1, KEY_2);
        assertThat(plainInsideAndSrtpOutside().offer(INSIDE, sdp(1000, "RTP/AVP", could, "ptime:20")))
                .contains("a=ptime:20\r\n")
                .doesNotContain("acap", KEY_2);
        assertThat(answer(OUTSIDE, sdp(2000, "RTP/SAVP", crypto(1, KEY_1), could)))
                .doesNotContain("acap", "crypto", KEY_1, KEY_2);
        assertThat(negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RTP/AVP sendrecv",
                "RTP/SAVP sendrecv",
                "RTP/SAVP crypto:9 " + SUITE + " inline:" + KEY_1,
                "RTP/SAVP crypto:2 " + SUITE + " inline:" + KEY_1
            })
    void anAnswerInAnotherFormThanWasOfferedHasItsAudioDeclined(String answer) {
        plainInsideAndSrtpOutside().offer(INSIDE, sdp(1000, "RTP/AVP"));
        String[] words = answer.split(" ", 2);
        assertThat(answer(OUTSIDE, sdp(2000, words[0], words[1]))).contains("m=audio 0 RTP/AVP 0\r\n");
        assertThat(keys(OUTSIDE)).isNull();
        assertThat(negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.NO_AUDIO));
        assertThat(negotiation.mute()).isOne();
    }

    @Test
    void anAnswerWithTwoLinesIsNone() {
        plainInsideAndSrtpOutside().offer(INSIDE, sdp(1000, "RTP/AVP"));
        assertThat(answer(OUTSIDE, sdp(2000, "RTP/SAVP", crypto(1, KEY_1), crypto(1, KEY_2))))
                .contains("m=audio 0 ");
    }

    @Test
    void mLinesKeepCountOrderAndProfileAndWhatHasAnotherFormIsDeclined() {
        String offer = sdp(2000, "RTP/SAVPF", crypto(1, KEY_1))
                + "m=audio 2002 RTP/AVP 0\r\n"
                + "m=video 2004 RTP/SAVP 96\r\na=rtpmap:96 H264/90000\r\na=" + crypto(1, KEY_2) + "\r\n"
                + "m=video 2006 UDP/TLS/RTP/SAVP 96\r\na=fingerprint:sha-1 00\r\n"
                + "m=image 2008 UDPTL t38\r\n";
        String plain = plainInsideAndSrtpOutside().offer(OUTSIDE, offer);
        assertThat(profiles(plain))
                .containsExactly(
                        "audio RTP/AVPF",
                        "audio 0 RTP/AVP",
                        "video RTP/AVP",
                        "video 0 UDP/TLS/RTP/SAVP",
                        "image UDPTL");
        assertThat(plain).doesNotContain("crypto", "fingerprint");

        String answer = sdp(1000, "RTP/AVPF")
                + "m=audio 0 RTP/AVP 0\r\nm=video 1004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
                + "m=video 0 UDP/TLS/RTP/SAVP 96\r\nm=image 1008 UDPTL t38\r\n";
        String secured = answer(INSIDE, answer);
        assertThat(profiles(secured))
                .containsExactly(
                        "audio RTP/SAVPF",
                        "audio 0 RTP/AVP",
                        "video RTP/SAVP",
                        "video 0 UDP/TLS/RTP/SAVP",
                        "image UDPTL");
        assertThat(lines(secured)).hasSize(2);
        assertThat(lines(secured).getFirst().key())
                .isNotEqualTo(lines(secured).getLast().key());
    }

    private static List<String> profiles(String sdp) {
        return Pattern.compile("(?m)^m=(\\S+) (\\d+) (\\S+)")
                .matcher(sdp)
                .results()
                .map(line -> line.group(1) + (line.group(2).equals("0") ? " 0 " : " ") + line.group(3))
                .toList();
    }

    @Test
    void whatNobodyCanReadIsRefusedAndSoIsACallWithoutAPort() {
        plainInsideAndSrtpOutside();
        assertThat(offer(OUTSIDE, "v=0\r\nm=audio\r\na=" + crypto(1, KEY_1) + "\r\n"))
                .isEqualTo("488 UNREADABLE_SDP");
        cseq = 0;
        offer(OUTSIDE, sdp(2000, "RTP/SAVP", crypto(1, KEY_1)));
        assertThat(answer(INSIDE, "v=0\r\nm=audio\r\na=" + crypto(1, KEY_2) + "\r\n"))
                .doesNotContain(KEY_2);
    }

    @Test
    void aCallForHelpComesThroughInWhateverFormEachPartySpeaks() {
        set(SrtpProfile.REQUIRE, SrtpProfile.NEVER, true);
        assertThat(offer(INSIDE, sdp(1000, "RTP/AVP"))).isEqualTo(sdp(1000, "RTP/AVP"));
        assertThat(negotiation.endsSrtp()).as("plain on both sides: as it is").isFalse();
    }

    @Test
    void aCallForHelpUnderSrtpIsMadePlainWhereThereIsNone() {
        set(SrtpProfile.NEVER, SrtpProfile.NEVER, true);
        assertThat(negotiation.endsSrtp()).isFalse();
        set(SrtpProfile.REQUIRE, SrtpProfile.NEVER, true);
        Passing help = Calling.request(INSIDE, "INVITE", 1, "", sdp(1000, "RTP/SAVP", crypto(1, KEY_1)));
        assertThat(pass(with(help, true, false))).contains(" RTP/AVP 0\r\n").doesNotContain("crypto");
    }

    @Test
    void whereOneSideIsNotSetWhatThePartiesAgreeOnPasses() {
        set(SrtpProfile.REQUIRE, SrtpProfile.PASS, false);
        String offer = sdp(2000, "RTP/SAVP", crypto(1, KEY_1));
        assertThat(lines(offer(OUTSIDE, offer)).getFirst().key()).isEqualTo(key(KEY_1));
        answer(INSIDE, sdp(1000, "RTP/SAVP", crypto(1, KEY_2)));
        assertThat(negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.ENCRYPTED_MEDIA));
    }

    /// RFC 8643: encrypted, though the profile says plain.
    @Test
    void twoThatSayKeysBesidePlainRtpSealTheirAudio() {
        offer(OUTSIDE, sdp(2000, "RTP/AVP", crypto(1, KEY_1)));
        answer(INSIDE, sdp(1000, "RTP/AVP", crypto(1, KEY_2)));
        assertThat(negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.ENCRYPTED_MEDIA));
        offer(OUTSIDE, sdp(2000, "RTP/AVP", crypto(1, KEY_1)));
        answer(INSIDE, sdp(1000, "RTP/AVP"));
        assertThat(negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void whatIsAgreedShowsNoKey() {
        plainInsideAndSrtpOutside().offer(OUTSIDE, sdp(2000, "RTP/SAVP", crypto(1, KEY_1)));
        String ours = lines(answer(INSIDE, sdp(1000, "RTP/AVP"))).getFirst().value();
        assertThat(String.valueOf(media.agreed(0, OUTSIDE)))
                .contains(SUITE)
                .doesNotContain(KEY_1, ours.substring(ours.indexOf("inline:") + 7));
    }
}
