package org.koegura.verifier;

import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a reader brings along.
///
/// @param keysDirectory where `master.key` and `recordings/ID.key` are; null without keys
/// @param trusted public keys of signers that the reader trusts, from elsewhere than the recording; empty for none
public record Options(@Nullable Path keysDirectory, List<PublicKey> trusted) {

    public Options {
        trusted = List.copyOf(trusted);
    }

    /// Neither keys nor trust: checks 1 and 3 to 6, and the signature's own soundness.
    public static Options none() {
        return new Options(null, List.of());
    }
}
