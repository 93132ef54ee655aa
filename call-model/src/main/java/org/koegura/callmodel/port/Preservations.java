package org.koegura.callmodel.port;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Stage;

/// Takes requests to preserve a call (Art. 7.1; H2). Asked by sip-proxy for telephones, answered by
/// governance.
@FunctionalInterface
public interface Preservations {

    /// Nobody takes any.
    Preservations NONE = _ -> Preserving.UNKEPT;

    /// Preserves all that is kept of a call, or will be, in whatever part of it: from the answer on
    /// nothing of it is erased until the request is decided. Blocks, for some seconds at most. Who may
    /// ask is the caller's to check.
    ///
    /// MUST answer [Preserving#PROTECTED] only once the request is in the journal and on stable storage,
    /// and MUST NOT throw. A repeat by the same author changes nothing.
    Preserving preserve(Request request);

    /// Who asks for what.
    ///
    /// @param continues the same call as the process before named it; null for the first part
    /// @param author an account, or `extension:` and the number of a telephone
    /// @param reason why; without a telephone number. Null from a telephone, which can give none
    /// @param stage where the call stood; null where it is over
    record Request(
            CallId call,
            @Nullable CallId continues,
            String author,
            Exemption.Channel channel,
            @Nullable String reason,
            @Nullable Stage stage) {}

    /// What came of it.
    enum Preserving {
        /// It is preserved until somebody decides.
        PROTECTED,
        /// All that there was of it is overwritten.
        GONE,
        /// The journal failed: nothing was done.
        UNJOURNALLED,
        /// The register failed. It may be preserved all the same, and nobody may rely on it.
        UNKEPT
    }
}
