package org.koegura.callmodel.srtp;

/// The keys of one leg of one m-line, one for each direction.
///
/// @param ours what we send to the party with: a key that we made, for this leg and no other (a key
///     that encrypts two streams gives both away)
/// @param theirs what the party sends to us with
public record SrtpKeys(MasterKey ours, MasterKey theirs) {

    public SrtpKeys {
        if (ours.equals(theirs)) {
            throw new IllegalArgumentException("a key of ours is never one of an endpoint");
        }
    }
}
