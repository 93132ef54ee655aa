package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.koegura.storageclient.CheckpointSamples.ANNOUNCED;
import static org.koegura.storageclient.CheckpointSamples.ATTESTED;
import static org.koegura.storageclient.CheckpointSamples.EXEMPTED;
import static org.koegura.storageclient.CheckpointSamples.checkpoint;
import static org.koegura.storageclient.CheckpointSamples.continued;
import static org.koegura.storageclient.CheckpointSamples.kept;
import static org.koegura.storageclient.CheckpointSamples.key;
import static org.koegura.storageclient.CheckpointSamples.leave;
import static org.koegura.storageclient.CheckpointSamples.left;
import static org.koegura.storageclient.CheckpointSamples.say;
import static org.koegura.storageclient.CheckpointSamples.standing;
import static org.koegura.storageclient.CheckpointSamples.underSrtp;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.callmodel.srtp.SourceCheckpoint;
import org.koegura.callmodel.srtp.SrtpCheckpoint;
import org.koegura.callmodel.srtp.SrtpCheckpoint.Window;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.storageclient.keys.KeyCabinet;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;

/// What a start believes of what the processes before it left.
final class CheckpointBeliefTest {

    private static final String VERSION_AND_NAMES =
            "A adapts addressOfRecord agreed anonymity answeredAt at attempt attestation audio "
                    + "author basis call callee calleeAt calleeTag caller callerAt callerTag "
                    + "channel clockRateHz continues controlSignalled controlSource cumulativeLost "
                    + "decided decision dialled dialog direction e164 early encodedSha256 encodingName endedAt exemption facts "
                    + "firstSequence flagged forbidden format formats forms fractionLost from ground heard "
                    + "highestSequence id inside invite invitedAt jitterTicks keys kind language "
                    + "lastSequence left line lines mLine media octets otherPayloadTypes ours "
                    + "outside packetIndex packetMillis packets passage pause payloadType policy prompt "
                    + "proof reason receiverReports receives recording refuses reportIndex rtcp rtp sent "
                    + "sequence sha256 signalled signalling silence since sipCallId source sources "
                    + "srtp ssrc stage standing startedAt stream text theirs ticksPerPacket "
                    + "timestamp unrecorded value vouched";

    private static final Boot OTHER_BOOT = new Boot(new UUID(7, 11));

    private final Path data;
    private final Path file;

    CheckpointBeliefTest(@TempDir Path folder) {
        data = folder.resolve("data");
        file = data.resolve("calls.checkpoint");
    }

    private KeyCabinet keys() throws Exception {
        return KeyCabinet.open(new Layout(data), new Medium(data), new SecureRandom());
    }

    private FoundCalls.Left foundAt(Instant now) throws Exception {
        return FoundCalls.in(file, keys(), Boot.current(), now.toEpochMilli()).left();
    }

    /// As if the machine had been started since, or the process had run on another one.
    private void leaveIn(Boot boot, LeftCall call) throws Exception {
        leave(data, call);
        try (CheckpointFile written = new CheckpointFile(file, keys(), new SecureRandom(), boot)) {
            written.begin(Map.of(call.facts().call(), CheckpointFile.State.own(CheckpointWords.of(call))));
        }
    }

    /// Of a power cut: what was sent last went with it, and with that the indices of SRTP that were used.
    @Test
    void whatWasWrittenBeforeTheMachineWasStartedIsNotBelievedAndTheOutcomesAreOwed() throws Exception {
        leaveIn(Boot.current(), underSrtp(1));
        assertThat(LocalStore.hasLeftCalls(StoreSettings.at(data))).isTrue();
        leaveIn(OTHER_BOOT, underSrtp(1));
        assertThat(LocalStore.hasLeftCalls(StoreSettings.at(data))).isFalse();
        try (LocalStore next = TestStore.open(data)) {
            assertThat(next.checkpoints().left()).isEmpty();
            assertThat(next.checkpoints().owed()).containsExactly(underSrtp(1).owed());
        }
    }

    @Test
    void whereTheSystemDoesNotTellWhichBootItIsNothingIsBelieved() throws Exception {
        for (Boot writtenIn : List.of(Boot.current(), Boot.UNKNOWN)) {
            leaveIn(writtenIn, underSrtp(1));
            FoundCalls.Left left = FoundCalls.in(file, keys(), Boot.UNKNOWN, System.currentTimeMillis())
                    .left();
            assertThat(left.up()).isEmpty();
            assertThat(left.owed()).containsExactly(underSrtp(1).owed());
        }
        assertThat(foundAt(Instant.now()).up()).isEmpty();
    }

    @Test
    void nobodyMakesAFileOneOfThisBootWhoHasNotItsKey() throws Exception {
        leaveIn(OTHER_BOOT, underSrtp(1));
        byte[] whole = Files.readAllBytes(file);
        System.arraycopy(Boot.current().bytes(), 0, whole, 8, Boot.BYTES);
        Files.write(file, whole);
        assertThat(foundAt(Instant.now()).up()).isEmpty();
    }

    @Test
    void aBootIsWhatLinuxCallsItAndIsTheSameAsItselfWhereThatIsKnown() throws Exception {
        Path told = Files.writeString(data.resolveSibling("boot_id"), "8e2b9f52-3a1c-4d5e-9f60-718293a4b5c6\n");
        Boot boot = Boot.toldBy(told);
        assertThat(boot.id()).isEqualTo(UUID.fromString("8e2b9f52-3a1c-4d5e-9f60-718293a4b5c6"));
        assertThat(boot.isSameAs(Boot.of(boot.bytes()))).isTrue();
        assertThat(boot.isSameAs(OTHER_BOOT)).isFalse();
        Boot none = Boot.toldBy(Files.writeString(told, "nobody knows"));
        assertThat(none).isEqualTo(Boot.UNKNOWN).isEqualTo(Boot.toldBy(data.resolve("nowhere")));
        assertThat(none.isSameAs(none)).isFalse();
        assertThat(Boot.of(none.bytes()).isSameAs(none)).isFalse();
    }

    /// Else a start that fails, again and again, would keep calls that nobody is in any more.
    @Test
    void aStartThatSaysNothingOfACallMakesItNoYounger() throws Exception {
        leave(data, checkpoint(1, kept(ANNOUNCED)));
        Instant alive = Instant.now().minusSeconds(40).truncatedTo(ChronoUnit.SECONDS);
        Files.setLastModifiedTime(file, FileTime.from(alive));
        assertThat(left(data)).hasSize(1);
        assertThat(Files.getLastModifiedTime(file).toInstant())
                .as("which says whether a start finds any")
                .isEqualTo(alive);
        assertThat(foundAt(alive.plusSeconds(59)).up()).hasSize(1);
        assertThat(foundAt(alive.plusSeconds(61)).up()).isEmpty();
        assertThat(foundAt(alive.plusSeconds(61)).owed()).hasSize(1);
    }

    @Test
    void aCallThatIsNotTakenUpAgesBesideOthersThatAre() throws Exception {
        leave(data, checkpoint(1, kept(ANNOUNCED)));
        Instant alive = Instant.now().minusSeconds(40);
        Files.setLastModifiedTime(file, FileTime.from(alive));
        leave(data, checkpoint(2, kept(ANNOUNCED)));
        FoundCalls.Left later = foundAt(alive.plusSeconds(61));
        assertThat(later.up()).containsExactly(checkpoint(2, kept(ANNOUNCED)));
        assertThat(later.owed()).containsExactly(checkpoint(1, kept(ANNOUNCED)).owed());
    }

    /// Each uses up indices, and the fourth jump in a row is what the party may take for another stream.
    @Test
    void aCallThatThreeStartsClaimedInVainIsGivenUp() throws Exception {
        leave(data, underSrtp(1));
        for (int start = 0; start < FoundCalls.CLAIMS_MAX; start++) {
            assertThat(left(data)).hasSize(1);
        }
        try (LocalStore last = TestStore.open(data)) {
            assertThat(last.checkpoints().left()).isEmpty();
            assertThat(last.checkpoints().owed()).containsExactly(underSrtp(1).owed());
        }
    }

    @Test
    void aCallThatIsTakenUpEachTimeOutlivesAnyNumberOfProcesses() throws Exception {
        leave(data, checkpoint(1, kept(ANNOUNCED)));
        for (int process = 2; process < 4 + FoundCalls.CLAIMS_MAX; process++) {
            try (LocalStore next = TestStore.open(data)) {
                assertThat(next.checkpoints().left()).hasSize(1);
                say(next, continued(next.checkpoints().left().getFirst(), process));
            }
        }
    }

    /// Trap 28: however many processes die before they say anything.
    @Test
    void eachStartFindsIndicesOfSrtpBehindAllThatTheOneBeforeMayHaveUsed() throws Exception {
        CallCheckpoint said = underSrtp(1);
        leave(data, said);
        assertThat(left(data)).containsExactly(said);
        assertThat(left(data)).containsExactly(said.claimed());
        assertThat(left(data)).containsExactly(said.claimed().claimed());
        assertThat(said.claimed().media().lines().getFirst().inside().srtp())
                .isEqualTo(new SrtpCheckpoint(
                        new SrtpKeys(key(0x55), key(0x66)),
                        List.of(
                                new SourceCheckpoint(-7, (3L << 16) + 5 + Window.AUDIO.packets(), 9 + 125),
                                new SourceCheckpoint(8, -1, 125)),
                        List.of(new SourceCheckpoint(6, 65_535, -1))));
    }

    @Test
    void whereNothingCouldBeClaimedOnlyPlainCallsAreTakenUp() {
        CallCheckpoint plain = checkpoint(2, kept(ANNOUNCED));
        LeftCall.Owed owed = checkpoint(3, kept(ANNOUNCED)).owed();

        var left = new FoundCalls.Left(List.of(underSrtp(1), plain), List.of(owed)).withoutSrtp();

        assertThat(left.up()).containsExactly(plain);
        assertThat(left.owed()).containsExactly(owed, underSrtp(1).owed());
    }

    @Test
    void aFrameThatWasCutOffOrChangedEndsWhatIsRead() throws Exception {
        leave(data, checkpoint(1, kept(ANNOUNCED)));
        byte[] whole = Files.readAllBytes(file);
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(whole.length - 1L);
        }
        assertThat(left(data)).isEmpty();
        whole[whole.length / 2] ^= 1;
        Files.write(file, whole);
        assertThat(left(data)).isEmpty();
    }

    @Test
    void aFileThatNobodyCanReadKeepsNoStartBack() throws Exception {
        leave(data, checkpoint(1, kept(ANNOUNCED)));
        Files.write(file, new byte[] {1, 2, 3});
        assertThat(left(data)).isEmpty();
    }

    /// What its words mean may be another matter by then.
    @Test
    void whatAnotherVersionWroteIsNotBelieved() throws Exception {
        leave(data, checkpoint(1, kept(ANNOUNCED)));
        byte[] whole = Files.readAllBytes(file);
        whole[7] = '1';
        Files.write(file, whole);
        KeyCabinet keys = keys();
        assertThatExceptionOfType(CheckpointFile.OtherVersion.class)
                .isThrownBy(() -> CheckpointFile.read(file, keys))
                .withMessageContaining("is of version 1, not A");
        assertThat(left(data)).isEmpty();
    }

    /// If this fails, what is written was changed: raise [CheckpointFile#VERSION], and this with it.
    @Test
    void whoeverChangesWhatIsWrittenRaisesItsVersion() {
        String shape = new String(CheckpointWords.of(checkpoint(1, kept(ANNOUNCED))), StandardCharsets.UTF_8)
                + new String(CheckpointWords.of(checkpoint(1, kept(EXEMPTED)).owed()), StandardCharsets.UTF_8)
                + new String(CheckpointWords.of(checkpoint(1, kept(ATTESTED)).owed()), StandardCharsets.UTF_8)
                + new String(CheckpointWords.of(standing(1).owed()), StandardCharsets.UTF_8)
                + new String(CheckpointWords.of(underSrtp(1)), StandardCharsets.UTF_8);
        String names = Pattern.compile("\"(\\w+)\":")
                .matcher(shape)
                .results()
                .map(name -> name.group(1))
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
        assertThat(CheckpointFile.VERSION + " " + names).isEqualTo(VERSION_AND_NAMES);
    }

    @Test
    void aMinuteAfterTheKillNothingIsTakenUpAndTheOutcomesAreOwed() throws Exception {
        leave(data, checkpoint(1, kept(ANNOUNCED)));
        assertThat(LocalStore.hasLeftCalls(StoreSettings.at(data))).isTrue();
        Files.setLastModifiedTime(
                file, FileTime.from(Instant.now().minus(FoundCalls.AGE_MAX).minusSeconds(5)));
        assertThat(LocalStore.hasLeftCalls(StoreSettings.at(data))).isFalse();
        try (LocalStore next = TestStore.open(data)) {
            assertThat(next.checkpoints().left()).isEmpty();
            assertThat(next.checkpoints().owed())
                    .containsExactly(checkpoint(1, kept(ANNOUNCED)).owed());
        }
    }
}
