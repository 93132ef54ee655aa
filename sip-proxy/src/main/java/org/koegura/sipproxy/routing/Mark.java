package org.koegura.sipproxy.routing;

import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.SipUri;

/// What our own URI in a Route says of the request.
///
/// @param telephone whether it came from our Path: behind the Request-URI is a telephone that registered through us
/// @param passage name of the passage that the request belongs to, from our Record-Route; null where it says none
public record Mark(boolean telephone, @Nullable String passage) {

    /// The mark of a request that came without a Route of ours, or by a preloaded one.
    public static final Mark NONE = new Mark(false, null);

    private static final String TELEPHONE = "telephone";
    private static final String PASSAGE = "passage";

    static Mark of(SipUri uri) {
        String passage = uri.parameter(PASSAGE);
        return new Mark(uri.parameter(TELEPHONE) != null, passage == null || passage.isEmpty() ? null : passage);
    }

    boolean isNone() {
        return !telephone && passage == null;
    }

    /// The parameters that make this mark in a URI.
    String parameters() {
        return ";lr" + (telephone ? ";" + TELEPHONE : "") + (passage == null ? "" : ";" + PASSAGE + "=" + passage);
    }
}
