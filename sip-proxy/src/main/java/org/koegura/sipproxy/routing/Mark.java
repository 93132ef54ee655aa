package org.koegura.sipproxy.routing;

import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.SipUri;

/// What our own URI in a Route says of the request.
///
/// @param telephone what our Path says of the telephone behind the Request-URI; null where it is no Path of ours
/// @param passage name of the passage that the request belongs to, from our Record-Route; null where it says none
/// @param paired whether another URI of ours follows, for the other side's transport protocol (RFC 5658)
public record Mark(@Nullable String telephone, @Nullable String passage, boolean paired) {

    /// The mark of a request that came without a Route of ours, or by a preloaded one.
    public static final Mark NONE = new Mark(null, null, false);

    private static final String TELEPHONE = "telephone";
    private static final String PASSAGE = "passage";
    private static final String PAIRED = "r2";

    /// What a URI says; it need not be true.
    public static Mark of(SipUri uri) {
        String passage = uri.parameter(PASSAGE);
        return new Mark(
                uri.parameter(TELEPHONE),
                passage == null || passage.isEmpty() ? null : passage,
                uri.parameter(PAIRED) != null);
    }

    /// What a URI of a Path bears, and that of a Record-Route does not.
    static String ofTelephone() {
        return ";" + TELEPHONE;
    }

    boolean isNone() {
        return telephone == null && passage == null;
    }

    /// The parameters that make this mark in a URI.
    String parameters() {
        return ";lr" + (paired ? ";" + PAIRED : "") + (telephone == null ? "" : ";" + TELEPHONE + "=" + telephone)
                + (passage == null ? "" : ";" + PASSAGE + "=" + passage);
    }
}
