package org.koegura.governance;

import java.util.ArrayList;
import java.util.List;

/// What can be asked at the [Door]. The word is the act in the journal and the label in the metrics.
public enum Act {
    WATCH_CALLS("calls.watch"),
    /// Seeing who speaks with whom on a live call; part of watching.
    SEE_NUMBERS("calls.numbers"),
    EXEMPT("exemption.flag"),
    /// Attesting that the other party was told by word of mouth (N5).
    ATTEST("notice.attest"),
    /// Playing the notice once more in the middle of a call (N13).
    REPLAY("notice.replay"),
    /// Pausing capture (R9), where the settings let anybody.
    PAUSE("recording.pause"),
    RESUME("recording.resume"),
    /// Marking that the other party objects (N12).
    OBJECT("call.objection"),
    /// Asking that a call is preserved (H2), while it is up or after.
    PRESERVE("recording.preserve"),
    /// Seeing the standing exemptions (N8).
    LIST_STANDING("standing.list"),
    /// Writing one; it is in force once a second person approved it.
    PROPOSE_STANDING("standing.propose"),
    APPROVE_STANDING("standing.approve"),
    /// Ending one before its time.
    WITHDRAW_STANDING("standing.withdraw"),
    LIST_RECORDINGS("recordings.list"),
    VIEW_RECORDING("recording.view"),
    PLAY("recording.play"),
    /// Taking a copy away; without a warrant only of what the demo made (Art. 7.4, C1).
    EXPORT("recording.export");

    private final String word;

    Act(String word) {
        this.word = word;
    }

    /// As the journal and the metrics write it.
    public String word() {
        return word;
    }

    /// That another policy decides from now on: no act of a person at the door, but of whoever starts with other
    /// settings.
    static final String POLICY_ADOPTED = "policy.adopted";

    /// Every act that the journal may hold in this version, for counters that exist from 0.
    static List<String> journalled() {
        List<String> words = new ArrayList<>(List.of(
                "journal.open",
                "account.create",
                POLICY_ADOPTED,
                "session.open",
                "session.refused",
                "session.close",
                "access.denied",
                "exemption.outcome",
                "exemption.in-force",
                "notice.attest.outcome",
                "notice.attested",
                "notice.replay.outcome",
                "notice.replayed",
                "exemption.armed",
                "exemption.lapsed",
                "code.refused",
                "recording.pause.outcome",
                "recording.party.new",
                "recording.party.told",
                "recording.pause.over",
                "call.objection.outcome",
                "recording.preserve.outcome",
                "recording.play.failed",
                "recording.export.failed",
                "recording.recovered",
                "recording.unnoticed",
                "recording.overwrite",
                "recording.cloud.delete",
                "call.unrecorded",
                "call.missing"));
        for (Act act : values()) {
            if (act != SEE_NUMBERS) {
                words.add(act.word());
            }
        }
        return words;
    }
}
