package org.koegura.sipproxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.sipproxy.sdp.SdpSamples.bytes;
import static org.koegura.sipproxy.sdp.SdpSamples.text;

import java.util.Objects;
import org.junit.jupiter.api.Test;

final class SdpBodyTest {

    private static SdpBody find(String contentType, String body) {
        return Objects.requireNonNull(SdpBody.find(contentType, bytes(body)));
    }

    @Test
    void theContentTypeIsComparedWithoutCaseAndParameters() {
        assertThat(text(find("Application/SDP ; charset=utf-8", SdpSamples.CALL).sdp()))
                .isEqualTo(SdpSamples.CALL);
        assertThat(SdpBody.find("application/isup", bytes(SdpSamples.CALL))).isNull();
        assertThat(SdpBody.find("", bytes(""))).isNull();
    }

    @Test
    void onlyTheSdpPartOfAMultipartBodyIsReplacedAndItsLengthMended() {
        String binary = "\u0000\u00ff\u0080\r\n--not\u0001";
        String body = "preamble\r\n--b1\r\nContent-Type: application/isup; version=itu\r\n\r\n" + binary
                + "\r\n--b1\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\nX-Own: 1\r\n\r\nv=0\r\n"
                + "\r\n--b1--\r\nepilogue";
        SdpBody found = find("multipart/mixed; boundary=\"b1\"", body);
        assertThat(text(found.sdp())).isEqualTo("v=0\r\n");
        assertThat(text(found.with(bytes("v=0\r\ns=longer\r\n"))))
                .isEqualTo(body.replace("Length: 5", "Length: 15").replace("v=0\r\n", "v=0\r\ns=longer\r\n"));
    }

    @Test
    void aPartInsideAPartIsFoundAndBothStayWhole() {
        String inner = "--i\nContent-Type: application/sdp\n\nv=0\n--i--";
        String body = "--o\r\nContent-Type: multipart/alternative;boundary=i\r\nContent-Length: " + inner.length()
                + "\r\n\r\n" + inner + "\r\n--o--\r\n";
        SdpBody found = find("multipart/mixed;boundary=o", body);
        assertThat(text(found.sdp())).isEqualTo("v=0");
        assertThat(text(found.with(bytes("v=0\na=x"))))
                .isEqualTo(body.replace("v=0", "v=0\na=x").replace(": " + inner.length(), ": " + (inner.length() + 4)));
    }

    @Test
    void aMultipartBodyWithoutEndOrBoundaryHasNoDescription() {
        assertThat(SdpBody.find("multipart/mixed;boundary=b", bytes("--b\r\nContent-Type: application/sdp\r\n\r\nv=0")))
                .isNull();
        assertThat(SdpBody.find("multipart/mixed", bytes("--\r\n\r\nv=0\r\n----")))
                .isNull();
        assertThat(SdpBody.find("multipart/mixed;boundary=b", bytes("--b\r\n--b--")))
                .isNull();
    }
}
