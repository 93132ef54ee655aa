package org.koegura.sipproxy.negotiation;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.sipproxy.sdp.CodecFilter;
import org.koegura.sipproxy.sdp.CodecOrder;
import org.koegura.sipproxy.sdp.SessionDescription;

/// In which codecs a call can be announced and kept, and what becomes of the others where its parties list them.
///
/// Encodings are compared by name, in upper case. Immutable.
///
/// @param always names of encodings in which there is every prompt, and ringback
/// @param further names of others, by the name of the prompt that is there in them
/// @param others what becomes of codecs that a call cannot be announced in
public record NoticeCodecs(Set<String> always, Map<String, Set<String>> further, Others others) {

    /// What becomes of codecs without a notice, in calls that are to be announced, or told by staff.
    public enum Others {
        /// They stay where they are: a call that settles on one is not recorded.
        LEAVE,
        /// They stay, and come last where one of them was first.
        LAST,
        /// They are taken out, where another remains.
        STRIP
    }

    public NoticeCodecs {
        always = upperCase(always);
        further = further.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> upperCase(entry.getValue())));
    }

    /// Without any that single prompts alone are there in.
    public NoticeCodecs(Set<String> always, Others others) {
        this(always, Map.of(), others);
    }

    private static Set<String> upperCase(Set<String> names) {
        return names.stream().map(name -> name.toUpperCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /// The same, for a call of which policy says what is played. Where nobody knows that any more (null), all prompts
    /// count, and where there is no such sound the notice fails.
    public NoticeCodecs announcing(CallFacts.@Nullable Decided decided) {
        return decided == null
                ? this
                : new NoticeCodecs(
                        always,
                        decided.decision() instanceof NoticeDecision.Announce(var prompt, var _)
                                        && further.containsKey(prompt.id())
                                ? Map.of(prompt.id(), further.get(prompt.id()))
                                : Map.of(),
                        others);
    }

    /// What holds in a call.
    ///
    /// @param toBeTold whether the other party is to hear a notice, or staff are to tell it
    /// @param refuses whether the call is refused where it cannot be recorded
    public OfCall of(boolean toBeTold, boolean refuses) {
        Set<String> kept = Stream.concat(
                        always.stream(), further.values().stream().flatMap(Set::stream))
                .collect(Collectors.toUnmodifiableSet());
        return new OfCall(kept, always, refuses ? Others.STRIP : toBeTold ? others : Others.LEAVE);
    }

    /// What holds in one call.
    ///
    /// @param kept names of encodings in which it can be announced and kept
    /// @param ringing those in which there is ringback too
    /// @param others what becomes of all others
    public record OfCall(Set<String> kept, Set<String> ringing, Others others) {

        /// What goes on of a description.
        public SessionDescription steered(SessionDescription sdp) {
            return switch (others) {
                case LEAVE -> sdp;
                case LAST -> CodecOrder.first(sdp, kept);
                case STRIP -> CodecFilter.keep(sdp, kept);
            };
        }
    }
}
