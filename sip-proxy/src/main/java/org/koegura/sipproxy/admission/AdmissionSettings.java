package org.koegura.sipproxy.admission;

/// Who may use the proxy, and how much of it.
///
/// @param networks whose requests are taken, beside those of the neighbours
/// @param strangers how everybody else is met
/// @param ratePerSource requests a second that one address may begin; ten times as many at once
/// @param inviteRate calls a second that all together may begin; twice as many at once
public record AdmissionSettings(Networks networks, Strangers strangers, int ratePerSource, int inviteRate) {

    /// The most that a rate may be.
    public static final int RATE_MAX = 1_000_000;

    /// How strangers are met.
    public enum Strangers {
        /// With 403.
        REFUSE,
        /// With nothing: who looks for open proxies finds none.
        SILENCE
    }

    public AdmissionSettings {
        if (ratePerSource < 1 || ratePerSource > RATE_MAX || inviteRate < 1 || inviteRate > RATE_MAX) {
            throw new IllegalArgumentException("rate: 1 to " + RATE_MAX + " a second");
        }
    }

    /// What a city needs.
    public static AdmissionSettings defaults() {
        return new AdmissionSettings(Networks.parse(Networks.PRIVATE), Strangers.REFUSE, 200, 1_000);
    }
}
