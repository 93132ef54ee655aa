package org.koegura.sipproxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.koegura.sipproxy.sdp.SdpSamples.bytes;
import static org.koegura.sipproxy.sdp.SdpSamples.read;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.AudioFormat;

final class SdpReaderTest {

    private static final String HEAD = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

    private static MediaDescription audio(String rest) {
        return read(HEAD + rest).media().getFirst();
    }

    @Test
    void staticPayloadTypesNeedNoRtpmap() {
        assertThat(audio("m=audio 1000 RTP/AVP 0 8 9 18 13\r\n").formats())
                .containsExactly(
                        new AudioFormat(0, "PCMU", 8000, 20),
                        new AudioFormat(8, "PCMA", 8000, 20),
                        new AudioFormat(9, "G722", 8000, 20),
                        new AudioFormat(18, "G729", 8000, 20));
    }

    @Test
    void dynamicPayloadTypesAreReadAndCompanionsKeptApart() {
        MediaDescription audio = audio(String.join(
                "\r\n",
                "m=audio 1000 RTP/AVP 96 101 13 97",
                "a=rtpmap:96 opus/48000/2",
                "a=rtpmap:101 telephone-event/8000",
                "a=rtpmap:97 broken"));
        assertThat(audio.formats()).containsExactly(new AudioFormat(96, "OPUS", 48_000, 20));
        assertThat(audio.companions())
                .extracting(MediaDescription.Companion::payloadType)
                .containsExactly(101, 13);
    }

    /// RFC 3551 §4.5.2 and RFC 7587 §7: the clocks in SDP are 8000 for G.722 and 48000 for Opus.
    @Test
    void wideBandAudioAndItsEventsKeepTheClocksThatTheyName() {
        MediaDescription audio = audio(String.join(
                "\r\n",
                "m=audio 1000 RTP/AVP 111 9 110 101",
                "a=rtpmap:111 opus/48000/2",
                "a=fmtp:111 useinbandfec=1;stereo=1;minptime=10",
                "a=rtpmap:9 G722/8000",
                "a=rtpmap:110 telephone-event/48000",
                "a=rtpmap:101 telephone-event/8000",
                "a=ptime:60",
                "a=maxptime:40"));
        assertThat(audio.formats())
                .containsExactly(new AudioFormat(111, "OPUS", 48_000, 40), new AudioFormat(9, "G722", 8000, 40));
        assertThat(audio.companions())
                .containsExactly(
                        new MediaDescription.Companion(110, "TELEPHONE-EVENT", 48_000),
                        new MediaDescription.Companion(101, "TELEPHONE-EVENT", 8000));
    }

    @Test
    void theSourcesThatAnMLineNamesAreReadEachOnce() {
        MediaDescription audio = audio(String.join(
                "\r\n",
                "m=audio 1000 RTP/AVP 0",
                "a=ssrc:314159 cname:user@example.com",
                "a=ssrc:314159 label:1",
                "a=ssrc:4294967295",
                "a=ssrc:4294967296 cname:x",
                "a=ssrc:-1",
                "a=ssrc:12345678901234567890 cname:x",
                "a=ssrc: cname:x",
                "a=ssrc"));
        assertThat(audio.sources()).containsExactly(314_159, -1);
        assertThat(audio("m=audio 1000 RTP/AVP 0\r\n").sources()).isEmpty();
    }

    @Test
    void moreSourcesThanAnybodyHasAreNone() {
        StringBuilder many = new StringBuilder("m=audio 1000 RTP/AVP 0\r\n");
        for (int i = 0; i < 17; i++) {
            many.append("a=ssrc:").append(i).append(" cname:x\r\n");
        }
        assertThat(audio(many.toString()).sources()).isEmpty();
    }

    @Test
    void packetTimeIsClippedAndCapped() {
        assertThat(audio("m=audio 1000 RTP/AVP 0\r\na=ptime:30\r\n")
                        .formats()
                        .getFirst()
                        .packetMillis())
                .isEqualTo(30);
        assertThat(audio("m=audio 1000 RTP/AVP 0\r\na=ptime:1\r\n")
                        .formats()
                        .getFirst()
                        .packetMillis())
                .isEqualTo(10);
        assertThat(audio("m=audio 1000 RTP/AVP 0\r\na=ptime:900\r\n")
                        .formats()
                        .getFirst()
                        .packetMillis())
                .isEqualTo(200);
        assertThat(audio("m=audio 1000 RTP/AVP 0\r\na=ptime:60\r\na=maxptime:40\r\n")
                        .formats()
                        .getFirst()
                        .packetMillis())
                .isEqualTo(40);
    }

    @Test
    void theSessionsDirectionIsTheDefaultOfItsMLines() {
        String inactive = HEAD + "a=inactive\r\nm=audio 1000 RTP/AVP 0\r\nm=audio 1002 RTP/AVP 0\r\na=recvonly\r\n";
        assertThat(read(inactive).media())
                .extracting(MediaDescription::sends, MediaDescription::receives)
                .containsExactly(tuple(false, false), tuple(false, true));
    }

    @Test
    void holdAndDeclineAreSeen() {
        assertThat(audio("m=audio 1000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n").hold())
                .isTrue();
        assertThat(audio("m=audio 1000 RTP/AVP 0\r\nc=IN IP6 ::\r\n").hold()).isTrue();
        assertThat(audio("m=audio 0 RTP/AVP 0\r\n").declined()).isTrue();
    }

    @Test
    void encryptedAudioIsRelayedWithoutFormatsToKeep() {
        MediaDescription audio = audio("m=audio 1000 RTP/SAVP 0\r\na=crypto:1 x inline:y\r\n");
        assertThat(audio.relayed()).isTrue();
        assertThat(audio.formats()).isEmpty();
    }

    @Test
    void faxOverUdpIsRelayedAndTcpAndMulticastAreLeftAlone() {
        assertThat(audio("m=image 1000 udptl t38\r\n").relayed()).isTrue();
        assertThat(audio("m=application 1000 UDP/BFCP *\r\n").relayed()).isTrue();
        assertThat(audio("m=application 1000 TCP/BFCP *\r\n").relayed()).isFalse();
        assertThat(audio("m=audio 1000 RTP/AVP 0\r\nc=IN IP4 224.2.1.1/127\r\n").relayed())
                .isFalse();
    }

    @Test
    void rtcpAttributesAreRead() {
        MediaDescription audio = audio("m=audio 1000 RTP/AVP 0\r\na=rtcp:1005 IN IP4 192.0.2.9\r\na=rtcp-mux\r\n");
        assertThat(audio.rtcpPort()).isEqualTo(1005);
        assertThat(audio.rtcpHost()).isEqualTo("192.0.2.9");
        assertThat(audio.rtcpMux()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n",
                "hello",
                "o=- 1 1 IN IP4 192.0.2.1\r\nv=0\r\n",
                "v=0\r\nm=audio\r\n",
                "v=0\r\nm=audio x RTP/AVP 0\r\n",
                "v=0\r\nm=audio 65536 RTP/AVP 0\r\n",
                "v=0\r\nm=audio -1 RTP/AVP 0\r\n",
                "v=0\r\nm=audio 99999999999999999999 RTP/AVP 0\r\n",
                "v=0\r\nm=audio 1000 RTP/AVP 0\r\n",
                "v=0\r\nc=IN IP4\r\nm=audio 1000 RTP/AVP 0\r\n"
            })
    void whatCannotBeAnchoredIsUnreadable(String sdp) {
        assertThat(SdpReader.read(bytes(sdp))).isInstanceOf(SdpReader.Reading.Unreadable.class);
    }

    @Test
    void moreMLinesOrLinesThanTheBoundAreUnreadable() {
        assertThat(SdpReader.read(bytes(HEAD + "m=audio 1000 RTP/AVP 0\r\n".repeat(SdpReader.M_LINES_MAX + 1))))
                .isInstanceOf(SdpReader.Reading.Unreadable.class);
        assertThat(SdpReader.read(bytes(HEAD + "a=x\r\n".repeat(SdpReader.LINES_MAX))))
                .isInstanceOf(SdpReader.Reading.Unreadable.class);
    }
}
