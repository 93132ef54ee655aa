package org.koegura.announcement;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.port.NoticeDesk;

/// A policy together with its canonical form and the version that this gives it (`docs/format/policy-v1.md`). Whoever
/// has the form decides every call as it was decided then.
///
/// Immutable, any thread.
public final class PolicyForm implements NoticeDesk {

    private final NoticePolicy policy;
    private final byte[] form;
    private final String version;

    private final ReplayShelf replays;

    private PolicyForm(NoticePolicy policy, byte[] form, ReplayShelf replays) {
        this.policy = policy;
        this.replays = replays;
        this.form = form;
        this.version = PromptShelf.sha256(form);
    }

    /// What is no policy that this version of the product can read. The message is the end of a sentence.
    public static final class Unreadable extends Exception {
        Unreadable(String why) {
            super(why);
        }
    }

    static PolicyForm of(NoticePolicy policy) {
        return of(policy, ReplayShelf.EMPTY);
    }

    /// @param replays what may be played in mid-call, which the form says nothing of
    static PolicyForm of(NoticePolicy policy, ReplayShelf replays) {
        return new PolicyForm(policy, PolicyJson.text(policy).getBytes(StandardCharsets.UTF_8), replays);
    }

    /// Reads a form. Throws [Unreadable] where it is none, or another text of the same policy: what is not canonical
    /// has no version.
    public static PolicyForm read(byte[] form) throws Unreadable {
        PolicyForm read = of(PolicyJson.read(form));
        if (!Arrays.equals(read.form, form)) {
            throw new Unreadable("it is not written as the format " + PolicyJson.FORMAT + " demands");
        }
        return read;
    }

    /// SHA-256 of [#bytes()], 64 lower-case hexadecimal digits.
    @Override
    public String version() {
        return version;
    }

    /// The canonical form; a copy.
    public byte[] bytes() {
        return form.clone();
    }

    @Override
    public NoticeDecision decide(CallFacts facts) {
        return policy.decide(facts);
    }

    @Override
    public CallFacts placed(CallFacts facts) {
        return policy.placed(facts);
    }

    @Override
    public boolean refusesUnrecordable(CallFacts facts, boolean standard) {
        return policy.refusesUnrecordable(facts, standard);
    }

    @Override
    public Party telephone(CallFacts facts) {
        return policy.telephone(facts);
    }

    @Override
    public boolean entitles(Party telephone) {
        return policy.entitles(telephone);
    }

    @Override
    public boolean entitlesAny() {
        return policy.entitlesAny();
    }

    @Override
    public boolean heedsFaxTones(CallFacts facts) {
        return policy.heedsFaxTones(facts);
    }

    @Override
    public List<Prompt> replays(CallFacts facts, Instant when) {
        return replays.beside(policy.prompt(facts, when), when);
    }

    @Override
    public List<String> replayLanguages() {
        return replays.languages();
    }

    /// Whether that call is refused where it cannot be recorded, by its line or else by the policy's own standard.
    public boolean refusesUnrecordable(CallFacts facts) {
        return policy.refusesUnrecordable(facts, policy.refusesUnrecordable());
    }

    NoticePolicy policy() {
        return policy;
    }
}
