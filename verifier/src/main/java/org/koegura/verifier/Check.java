package org.koegura.verifier;

/// What is checked, in the order and numbering of the format pages.
public enum Check {
    FILES("1", "files, format and ids"),
    SIGNATURE("2", "signature and signer"),
    CIPHERTEXT("3", "ciphertext hashes"),
    CHUNKS("4", "chunks"),
    NOTICE("5", "notice before recording"),
    ACCOUNTING("6", "accounting"),
    PLAINTEXT("7", "decryption and pcapng"),
    RECEIVED("8", "received tree"),
    ARRIVALS("9", "packets within capture"),
    JOURNAL_CHAIN("J1", "journal chain"),
    JOURNAL_ANCHOR("J2", "journal anchor");

    private final String label;
    private final String title;

    Check(String label, String title) {
        this.label = label;
        this.title = title;
    }

    /// Its number on the page: 1 to 9 for a recording, J1 and J2 for the journal.
    public String label() {
        return label;
    }

    /// What it is about, in a few words.
    public String title() {
        return title;
    }
}
