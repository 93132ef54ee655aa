package org.koegura.governance;

import java.util.Set;
import org.koegura.governance.account.Role;

/// Which roles may do what (Art. 3.4, 6.1; A3, A5, A7). Pure and total; read it as the table it is.
final class Access {

    private Access() {}

    /// Whether somebody who holds these roles may do this.
    static boolean allows(Set<Role> held, Act act) {
        return held.stream().anyMatch(role -> allows(role, act));
    }

    private static boolean allows(Role role, Act act) {
        return switch (role) {
            case ADMINISTRATOR ->
                switch (act) {
                    case WATCH_CALLS -> true;
                    case SEE_NUMBERS,
                            EXEMPT,
                            ATTEST,
                            REPLAY,
                            PAUSE,
                            RESUME,
                            OBJECT,
                            PRESERVE,
                            LIST_STANDING,
                            PROPOSE_STANDING,
                            APPROVE_STANDING,
                            WITHDRAW_STANDING,
                            LIST_RECORDINGS,
                            VIEW_RECORDING,
                            PLAY,
                            EXPORT -> false;
                };
            case MANAGER, SUPERVISOR, OPERATOR ->
                switch (act) {
                    case APPROVE_STANDING -> role != Role.OPERATOR; // a second person, and no post below
                    case WATCH_CALLS,
                            SEE_NUMBERS,
                            EXEMPT,
                            ATTEST,
                            REPLAY,
                            PAUSE,
                            RESUME,
                            OBJECT,
                            PRESERVE,
                            LIST_STANDING,
                            PROPOSE_STANDING,
                            WITHDRAW_STANDING,
                            LIST_RECORDINGS,
                            VIEW_RECORDING,
                            PLAY,
                            EXPORT -> true;
                };
            case DESIGNATED ->
                switch (act) {
                    case PRESERVE, LIST_RECORDINGS, VIEW_RECORDING, PLAY, EXPORT -> true; // of calls that are over
                    case WATCH_CALLS,
                            SEE_NUMBERS,
                            EXEMPT,
                            ATTEST,
                            REPLAY,
                            PAUSE,
                            RESUME,
                            OBJECT,
                            LIST_STANDING,
                            PROPOSE_STANDING,
                            APPROVE_STANDING,
                            WITHDRAW_STANDING -> false;
                };
        };
    }
}
