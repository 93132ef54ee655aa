package org.koegura.governance.database;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Unrecorded;

/// How a call was decided when its INVITE came, with what is needed to decide it again.
///
/// @param call its name, as the row has it, whatever that is; `null` where it has none
/// @param facts what was known of it; null where the row holds none that a recorder wrote
/// @param policy version of the policy that decided; null where none was asked, or where that is unknown
/// @param decision what it decided
/// @param armed what was flagged before the call for the next one of its telephone; null where nothing was
/// @param standing the standing exemption that it was exempt by; null where it was by none
public record DecidedCall(
        String call,
        @Nullable CallFacts facts,
        @Nullable String policy,
        Decision decision,
        @Nullable Armed armed,
        @Nullable Standing standing) {

    /// A standing exemption, as the call had it (N8).
    ///
    /// @param name its name
    /// @param number of the other party, for which somebody vouched
    /// @param at when the call came
    public record Standing(String name, String number, Ground ground, Instant at) {}

    /// An exemption that was flagged before the call came (N7).
    ///
    /// @param at when
    public record Armed(Ground ground, Instant at) {}

    /// What was decided.
    public sealed interface Decision {

        /// To be announced.
        ///
        /// @param prompt its name
        /// @param sha256 of the prompt's sound
        /// @param early whether it was to be played while the telephone rings
        /// @param refuses whether it was to be refused, should it turn out that it cannot be recorded
        record Announce(String prompt, String sha256, boolean early, boolean refuses) implements Decision {

            private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
            private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

            // whoever can write to the ledger writes any text: it is shown, and part of the hash is
            public Announce {
                if (!NAME.matcher(prompt).matches() || !HASH.matcher(sha256).matches()) {
                    throw new IllegalArgumentException("a prompt's name and its hash are needed");
                }
            }
        }

        /// To be told by staff.
        ///
        /// @param refuses whether it was to be refused, should it turn out that it cannot be recorded
        record Oral(boolean refuses) implements Decision {}

        /// To be left alone.
        record Leave(Unrecorded why) implements Decision {}

        /// The row is from before that was kept, or tells of a call that only its recording told of.
        record Unknown() implements Decision {}

        /// The row holds what no recorder wrote.
        record Garbled() implements Decision {}
    }
}
