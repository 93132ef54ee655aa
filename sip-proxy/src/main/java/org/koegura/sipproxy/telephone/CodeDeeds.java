package org.koegura.sipproxy.telephone;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Party;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.telephone.CodeMeters.Outcome;

/// What codes do that are dialled alone. Each deed works on the lane of its Call-ID, and may block.
final class CodeDeeds {

    private final Armed armed;
    private final LastCalls last;
    private final CodeMeters meters;
    private final Alarms alarms;

    CodeDeeds(Armed armed, LastCalls last, CodeMeters meters, Alarms alarms) {
        this.armed = armed;
        this.last = last;
        this.meters = meters;
        this.alarms = alarms;
    }

    /// Exempts the next call of a telephone.
    Deed arm(Party telephone, Exemption exemption) {
        return new Arm(telephone, exemption);
    }

    /// Preserves the last call of a telephone.
    ///
    /// @param who asks
    Deed preserve(String who) {
        return new Preserve(who);
    }

    /// What is done for whoever dials; see [CodeDialog.Outcome].
    interface Deed {

        /// Does what must be on stable storage before the answer.
        ///
        /// @return null where it is done; else why not
        @Nullable
        Outcome begin(WireMessage invite);

        /// Whoever dialled took the answer.
        ///
        /// @return what became of it
        Outcome heard();

        /// Nobody did; or it could not be given.
        void unheard();
    }

    /// The next call of a telephone is to be exempt.
    private final class Arm implements Deed {

        private final Party telephone;
        private final Exemption exemption;
        private Armed.@Nullable Flag flag;

        Arm(Party telephone, Exemption exemption) {
            this.telephone = telephone;
            this.exemption = exemption;
        }

        @Override
        public @Nullable Outcome begin(WireMessage invite) {
            flag = armed.flag(telephone, exemption);
            if (flag == null) {
                return Outcome.UNAVAILABLE;
            }
            alarms.after(Armed.LASTS, invite.callId(), this::lapse);
            return null;
        }

        private void lapse() {
            if (armed.lapsed(telephone, exemption)) {
                meters.lapsed();
            }
        }

        @Override
        public Outcome heard() {
            if (flag != null) {
                armed.arm(flag);
            }
            return Outcome.ARMED;
        }

        @Override
        public void unheard() {
            if (flag != null) {
                armed.unheard(flag);
            }
        }
    }

    /// The last call of a telephone is to be preserved (H2). It is so at once, whoever hears of it: what
    /// protects is not taken back.
    private final class Preserve implements Deed {

        private final String who;

        Preserve(String who) {
            this.who = who;
        }

        @Override
        public @Nullable Outcome begin(WireMessage invite) {
            return switch (last.preserveLast(who)) {
                case PROTECTED -> null;
                case GONE -> Outcome.NOTHING_KEPT;
                case UNJOURNALLED, UNKEPT -> Outcome.UNAVAILABLE;
                case null -> Outcome.NOTHING_KEPT;
            };
        }

        @Override
        public Outcome heard() {
            return Outcome.PRESERVED;
        }

        @Override
        public void unheard() {}
    }
}
