package org.koegura.sipproxy.routing;

import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.SipUri;

/// What our own URI in a Route says of the request.
///
/// @param telephone whether it came from our Path: behind the Request-URI is a telephone that registered through us
/// @param passage name of the passage that the request belongs to, from our Record-Route; null where it says none
/// @param paired whether another URI of ours follows, for the other side's transport protocol (RFC 5658)
public record Mark(boolean telephone, @Nullable String passage, boolean paired) {

    /// The mark of a request that came without a Route of ours, or by a preloaded one.
    public static final Mark NONE = new Mark(false, null, false);

    private static final String TELEPHONE = "telephone";
    private static final String PASSAGE = "passage";
    private static final String PAIRED = "r2";

    static Mark of(SipUri uri) {
        String passage = uri.parameter(PASSAGE);
        return new Mark(
                uri.parameter(TELEPHONE) != null,
                passage == null || passage.isEmpty() ? null : passage,
                uri.parameter(PAIRED) != null);
    }

    /// What a URI of a Path bears, and that of a Record-Route does not.
    static String ofTelephone() {
        return ";" + TELEPHONE;
    }

    boolean isNone() {
        return !telephone && passage == null;
    }

    /// The parameters that make this mark in a URI.
    String parameters() {
        return ";lr" + (paired ? ";" + PAIRED : "") + (telephone ? ";" + TELEPHONE : "")
                + (passage == null ? "" : ";" + PASSAGE + "=" + passage);
    }
}
