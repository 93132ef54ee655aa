package org.koegura.sipproxy.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.port.LiveCalls.Replaying;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.callmodel.replay.Replayed;

/// Plays the notice of one call once more, and says what became of it. Whether the call stands where
/// that is due, its control knows.
///
/// Owned by the call's thread.
public final class AskedReplay {

    /// The event loop answers in the time of a packet; one that does not in this time is broken, and
    /// the act is told as not done. Should it play all the same, its end is journalled.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final MediaSession media;
    private final NoticeDesk desk;
    private final CallFacts facts;
    private final ReplayMeters meters;

    public AskedReplay(MediaSession media, NoticeDesk desk, CallFacts facts, ReplayMeters meters) {
        this.media = media;
        this.desk = desk;
        this.facts = facts;
        this.meters = meters;
    }

    /// Asked for. Blocks until the media have answered.
    ///
    /// @param language null for what policy plays in such a call
    public Replaying ask(@Nullable String language, Instant now) {
        Prompt prompt = desk.replays(facts, now).stream()
                .filter(one -> language == null || one.language().equals(language))
                .findFirst()
                .orElse(null);
        if (prompt == null) {
            return new Replaying.NoPrompt();
        }
        CompletableFuture<@Nullable ReplayAnswer> answer = new CompletableFuture<>();
        media.replayNotice(prompt, answer::complete);
        ReplayAnswer said = answer.completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        if (said == null) {
            return new Replaying.NoSuchCall();
        }
        if (said == ReplayAnswer.PLAYS) {
            return new Replaying.Playing(prompt.language());
        }
        meters.refused(prompt.language(), said);
        return new Replaying.NotNow(said);
    }

    /// The media told that one is over.
    ///
    /// @return what the journal says of it
    public Map<String, String> over(Replayed replayed) {
        meters.over(replayed.prompt().language(), replayed.end());
        Map<String, String> details = new TreeMap<>();
        details.put("prompt", replayed.prompt().id());
        details.put("language", replayed.prompt().language());
        details.put("sha256", replayed.prompt().sha256());
        details.put("end", ReplayMeters.word(replayed.end()));
        NoticeProof sent = replayed.sent();
        details.put("packets", sent == null ? "0" : String.valueOf(sent.packets()));
        if (sent != null) {
            details.put("from", sent.startedAt().toString());
            details.put("to", sent.endedAt().toString());
            details.put("ssrc", String.valueOf(sent.ssrc()));
            details.put("first-sequence", String.valueOf(sent.firstSequence()));
            details.put("last-sequence", String.valueOf(sent.lastSequence()));
        }
        return details;
    }
}
