package org.koegura.governance.journal;

/// The end of a chain: how many entries it has, and the hash of the last one (64 zeros where there is none).
public record Mark(long entries, String lastHash) {

    /// The end of an empty chain.
    public static final Mark START = new Mark(0, JournalLine.NO_HASH);
}
