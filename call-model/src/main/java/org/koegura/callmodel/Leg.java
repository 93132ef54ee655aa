package org.koegura.callmodel;

/// The two sides of a call. The inside leg is the city's telephone; the outside leg is the other party of Art. 4.
public enum Leg {
    INSIDE,
    OUTSIDE;

    /// The opposite side: what is received on one leg is sent on its far leg.
    public Leg far() {
        return this == INSIDE ? OUTSIDE : INSIDE;
    }
}
