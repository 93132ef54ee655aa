package org.koegura.callmodel;

/// The three grounds of Art. 4, proviso, on which a call is recorded without notice.
public enum Ground {
    /// (1) Feared harm to the life, body or property of a citizen or of staff.
    DANGER(1),
    /// (2) The call may develop into civil litigation.
    LITIGATION(2),
    /// (3) Special circumstances; needs a text.
    SPECIAL(3);

    private final int number;

    Ground(int number) {
        this.number = number;
    }

    /// The number in Art. 4, 1 to 3.
    public int number() {
        return number;
    }
}
