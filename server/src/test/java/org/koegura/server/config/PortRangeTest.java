package org.koegura.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.rtpcapture.RtpCapture;

class PortRangeTest {

    @Test
    void theSmallestRangeHoldsOneCall() {
        assertThat(PortRange.parse("20000-20003")).isEqualTo(new PortRange(20_000, 20_003));
        assertThat(PortRange.parse("20001-20005")).hasToString("20001-20005");
    }

    @ParameterizedTest
    @ValueSource(strings = {"20001-20004", "40000-30000", "80-90", "20000-70000", "20000", "a-b", "", "-"})
    void whatHoldsNoCallIsRefusedInItsOwnWords(String text) {
        assertThatThrownBy(() -> PortRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    /// What the command line accepts, the media room must accept too.
    @ParameterizedTest
    @ValueSource(strings = {"20000-20003", "20001-20005", "1024-1027", "65532-65535"})
    void whatIsAcceptedOpensMedia(String text) {
        PortRange range = PortRange.parse(text);
        RtpCapture.Settings usual = RtpCapture.Settings.defaults(InetAddress.getLoopbackAddress());
        assertThat(new RtpCapture.Settings(
                        usual.mediaAddresses(),
                        range.first(),
                        range.last(),
                        usual.portQuiet(),
                        usual.loops(),
                        usual.ringBytes(),
                        usual.silenceLimit(),
                        usual.typeOfService(),
                        usual.closeLimit(),
                        usual.insideHears(),
                        usual.byKernel()))
                .isNotNull();
    }
}
