package org.koegura.storageclient.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.opening;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.RecordingSink.LegFormat;
import org.koegura.callmodel.port.RecordingSink.Opening;
import org.koegura.callmodel.srtp.CryptoSuite;

class OpeningFactsTest {

    private static final AudioFormat PCMU = new AudioFormat(0, "PCMU", 8_000, 20);

    @Test
    void aLegWhosePacketsCameEncryptedIsNamedWithItsSuiteAndAPlainOneIsNot() throws Exception {
        Opening sample = opening(id(1));
        List<LegFormat> formats = List.of(
                new LegFormat(Leg.INSIDE, PCMU), new LegFormat(Leg.OUTSIDE, PCMU, CryptoSuite.AEAD_AES_256_GCM));
        String text = OpeningFacts.text(
                new Opening(
                        sample.recording(),
                        sample.facts(),
                        sample.basis(),
                        formats,
                        sample.answeredAt(),
                        sample.captureStartedAt()),
                false);

        assertThat(text).containsOnlyOnce("\"srtp\":\"AEAD_AES_256_GCM\"");
        assertThat(OpeningFacts.parse(text).formats()).isEqualTo(formats);
    }

    /// What preserves one part of a call preserves the others: the ledger has to learn of it from a recovery, too.
    @Test
    void thePartBeforeComesBack() throws Exception {
        Opening sample = opening(id(1));
        CallFacts facts = sample.facts().continuedAs(new CallId("5".repeat(32)));
        Opening continued = new Opening(
                sample.recording(),
                facts,
                sample.basis(),
                sample.formats(),
                sample.answeredAt(),
                sample.captureStartedAt());

        assertThat(OpeningFacts.parse(OpeningFacts.text(continued, false))
                        .call()
                        .continues())
                .isEqualTo(sample.facts().call());
        assertThat(OpeningFacts.parse(OpeningFacts.text(sample, false)).call().continues())
                .isNull();
    }
}
