package org.koegura.callmodel;

/// Why a caller's number is not shown, as its network said in the display name of From (RFC 3323, TTC JJ-90.22).
public enum Anonymity {
    /// The caller withholds it (拒否): `Anonymous`.
    REFUSED,
    /// A public telephone (公衆電話): `Coin line/payphone`.
    PAYPHONE,
    /// Another service stands against it (サービス競合): `Interaction with other service`.
    SERVICE_CONFLICT,
    /// It cannot be shown from where the caller is (表示圏外): `Unavailable`.
    OUT_OF_AREA,
    /// It is withheld, and nobody says why.
    UNSTATED
}
