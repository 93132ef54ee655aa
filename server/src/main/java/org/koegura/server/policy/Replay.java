package org.koegura.server.policy;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.announcement.PolicyForm;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Unrecorded;
import org.koegura.governance.Decisions;
import org.koegura.governance.GovernanceFault;
import org.koegura.governance.database.DecidedCall;
import org.koegura.governance.database.DecidedCall.Decision;
import org.koegura.governance.standing.StandingExemption;

/// Decides the calls of a data directory anew, and says which come out otherwise, one line each. Names no party. Single
/// use, one thread.
final class Replay {

    /// What an INVITE itself may say; the line, where it takes the place of a dialog in which somebody stays who is
    /// never recorded.
    private static final Set<Unrecorded> SIGNALLED = EnumSet.of(
            Unrecorded.EMERGENCY,
            Unrecorded.INTERNAL,
            Unrecorded.NO_INSIDE_PARTY,
            Unrecorded.SPIRAL,
            Unrecorded.NEVER_RECORD_LINE);

    /// A minute, what a challenged call may take to come again, and what a clock may have been set forward meanwhile.
    private static final Duration ARMED_AT_MOST = Duration.ofSeconds(100);

    private final Decisions decisions;
    private final PrintWriter out;

    /// Those that the journal adopted; null for one that cannot decide any more.
    private final Map<String, @Nullable PolicyForm> policies = new LinkedHashMap<>();

    private final Map<String, Integer> undecided = new HashMap<>();
    private Map<String, StandingExemption> standing = Map.of();
    private int asThen;
    private int otherwise;
    private int signalled;
    private int unknown;

    Replay(Decisions decisions, PrintWriter out) {
        this.decisions = decisions;
        this.out = out;
    }

    /// @return whether every call that names its policy was decided as that policy says, and every policy is there
    /// @throws GovernanceFault the journal or the ledger cannot be read, or the journal's chain does not hold
    boolean run() throws GovernanceFault {
        for (String version : decisions.adopted()) {
            policies.put(version, policy(version));
        }
        standing = decisions.standing();
        decisions.eachCall(this::call);
        undecided.forEach((version, calls) ->
                out.println("policy " + version + ": " + count(calls, "call") + " cannot be decided without it"));
        boolean whole = !policies.containsValue(null);
        out.println(count(policies.size(), "policy") + " adopted; " + count(asThen, "call") + " decided as then, "
                + otherwise + " otherwise; " + signalled + " left by what was signalled; " + unknown
                + " without a policy in the ledger");
        return whole && otherwise == 0;
    }

    private @Nullable PolicyForm policy(String version) throws GovernanceFault {
        byte[] kept = decisions.form(version);
        if (kept == null) {
            return missing(version, "its file is not in journal/policies");
        }
        try {
            PolicyForm form = PolicyForm.read(kept);
            return form.version().equals(version)
                    ? form
                    : missing(version, "its file is another policy, " + form.version() + ": it was changed");
        } catch (PolicyForm.Unreadable unreadable) {
            return missing(version, "its file was changed, or is damaged: " + unreadable.getMessage());
        }
    }

    private @Nullable PolicyForm missing(String version, String why) {
        out.println("policy " + version + ": " + why + "; restore it from the backup");
        return null;
    }

    private void call(DecidedCall call) {
        String version = call.policy();
        CallFacts facts = call.facts();
        if (facts == null || call.decision() instanceof Decision.Garbled) {
            otherwise(call, "its row holds what no recorder wrote");
        } else if (version == null) {
            withoutPolicy(call);
        } else if (!policies.containsKey(version)) {
            otherwise(call, "the journal never adopted its policy");
        } else {
            PolicyForm policy = policies.get(version);
            if (policy == null) {
                undecided.merge(version, 1, Integer::sum);
            } else {
                compare(call, decide(policy, facts), isArmed(call, facts, policy) && isStanding(call, facts));
            }
        }
    }

    /// Whether what was flagged before the call, if anything was, is as its policy says: by a telephone that is
    /// entitled, within the minute before, of a call that is announced else.
    private static boolean isArmed(DecidedCall call, CallFacts facts, PolicyForm policy) {
        DecidedCall.Armed armed = call.armed();
        if (armed == null) {
            return true;
        }
        Instant came = facts.invitedAt();
        return !(call.decision() instanceof Decision.Leave)
                && policy.entitles(policy.telephone(facts))
                && !armed.at().isAfter(came)
                && !armed.at().isBefore(came.minus(ARMED_AT_MOST));
    }

    /// Whether the standing exemption that the call had, if it had one, is in the register as it was then: for
    /// that number and ground, approved by a second person and in its time, of a call that is announced else.
    /// Of a call that went out the number is the one that was dialled.
    private boolean isStanding(DecidedCall call, CallFacts facts) {
        DecidedCall.Standing had = call.standing();
        if (had == null) {
            return true;
        }
        StandingExemption of = standing.get(had.name());
        Party dialled = facts.direction() == Direction.OUTBOUND ? facts.dialled() : null;
        return of != null
                && !(call.decision() instanceof Decision.Leave)
                && had.at().equals(facts.invitedAt())
                && had.number().equals(of.number())
                && (dialled == null || had.number().equals(dialled.e164()))
                && had.ground() == of.ground()
                && !of.author().equals(of.approver())
                && of.status(facts.invitedAt()) == StandingExemption.Status.IN_FORCE;
    }

    private void withoutPolicy(DecidedCall call) {
        switch (call.decision()) {
            case Decision.Leave(var why) when SIGNALLED.contains(why) -> signalled++;
            case Decision.Leave(var why) -> otherwise(call, "nothing that is signalled is " + words(why));
            case Decision.Unknown _ -> unknown++;
            case Decision.Announce _, Decision.Oral _, Decision.Garbled _ -> otherwise(call, "no policy announced it");
        }
    }

    private void compare(DecidedCall call, Decision anew, boolean armed) {
        if (call.decision().equals(anew) && armed) {
            asThen++;
        } else if (call.decision().equals(anew)) {
            otherwise(
                    call,
                    "an exemption was flagged before it that policy " + call.policy()
                            + " or the register does not allow");
        } else {
            otherwise(
                    call,
                    "the ledger says '" + words(call.decision()) + "', policy " + call.policy() + " says '"
                            + words(anew) + "'");
        }
    }

    private static Decision decide(PolicyForm policy, CallFacts facts) {
        return switch (policy.decide(facts)) {
            case NoticeDecision.Announce announce ->
                new Decision.Announce(
                        announce.prompt().id(),
                        announce.prompt().sha256(),
                        announce.early(),
                        policy.refusesUnrecordable(facts));
            case NoticeDecision.Oral _ -> new Decision.Oral(policy.refusesUnrecordable(facts));
            case NoticeDecision.DoNotRecord(var why) -> new Decision.Leave(why);
        };
    }

    private void otherwise(DecidedCall call, String why) {
        otherwise++;
        out.println("call " + call.call().replaceAll("\\p{Cntrl}", "?") + ": " + why);
    }

    private static String words(Decision decision) {
        return switch (decision) {
            case Decision.Announce(String prompt, String sha256, boolean early, boolean refuses) ->
                "announce " + prompt + (early ? " while it rings" : "") + " (sha256 " + sha256.substring(0, 8) + ")"
                        + (refuses ? ", refuse where it cannot be recorded" : "");
            case Decision.Oral(boolean refuses) ->
                "staff tell" + (refuses ? ", refuse where it cannot be recorded" : "");
            case Decision.Leave(var why) -> "do not record: " + words(why);
            case Decision.Unknown _ -> "nothing";
            case Decision.Garbled _ -> "what no recorder wrote";
        };
    }

    private static String words(Unrecorded why) {
        return why.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String count(int many, String what) {
        String plural = what.endsWith("y") ? what.substring(0, what.length() - 1) + "ies" : what + "s";
        return many + " " + (many == 1 ? what : plural);
    }
}
