package org.koegura.sipproxy.routing;

import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.SipUri;

/// What our own URI in a Route says of the request.
///
/// @param telephone what our Path says of the telephone behind the Request-URI; null where it is no Path of ours
/// @param passage name of the passage that the request belongs to, from our Record-Route; null where it says none
/// @param paired whether another URI of ours follows, for the other side's transport protocol (RFC 5658)
/// @param flow what names the connections of telephones, as [Flows] reads it; null where nothing does
/// @param outbound whether the telephone has other flows that may be tried (RFC 5626 §5.3)
/// @param tried whether its registrar was known to try them when the telephone registered
/// @param binding name of the binding that a Contact of ours stood for in the Request-URI; null where none did
public record Mark(
        @Nullable String telephone,
        @Nullable String passage,
        boolean paired,
        @Nullable String flow,
        boolean outbound,
        boolean tried,
        @Nullable String binding) {

    /// The mark of a request that came without a Route of ours, or by a preloaded one.
    public static final Mark NONE = new Mark(null, null, false);

    private static final String TELEPHONE = "telephone";
    private static final String PASSAGE = "passage";
    private static final String PAIRED = "r2";
    private static final String FLOW = "flow";
    private static final String OUTBOUND = "ob";
    private static final String TRIED = "tried";

    /// One that says nothing of a flow.
    public Mark(@Nullable String telephone, @Nullable String passage, boolean paired) {
        this(telephone, passage, paired, null, false, false, null);
    }

    /// That of a Contact of ours; only what we read in one that is true.
    static Mark ofBinding(String name) {
        return new Mark(null, null, false, null, false, false, name);
    }

    /// That of our Record-Route.
    ///
    /// @param passage name of the passage that it leads back to; null where there is none
    /// @param flow of its parties; null where they have none
    public static Mark ofRecordRoute(@Nullable String passage, @Nullable String flow) {
        return new Mark(null, passage, false, flow, false, false, null);
    }

    /// That of our Path (RFC 3327): what comes back by it goes to a telephone.
    ///
    /// @param telephone what it says of the telephone
    /// @param tried whether its registrar is known to try its other flows
    public static Mark ofPath(String telephone, @Nullable String flow, boolean outbound, boolean tried) {
        return new Mark(telephone, null, false, flow, outbound, outbound && tried, null);
    }

    /// What a URI says; it need not be true.
    public static Mark of(SipUri uri) {
        String passage = uri.parameter(PASSAGE);
        String outbound = uri.parameter(OUTBOUND);
        return new Mark(
                uri.parameter(TELEPHONE),
                passage == null || passage.isEmpty() ? null : passage,
                uri.parameter(PAIRED) != null,
                uri.parameter(FLOW),
                outbound != null,
                TRIED.equals(outbound),
                null);
    }

    /// What a URI of a Path bears, and that of a Record-Route does not.
    static String ofTelephone() {
        return ";" + TELEPHONE;
    }

    /// The same of a telephone whose registrar would try no other of its flows.
    Mark alone() {
        return new Mark(telephone, passage, paired, flow, false, false, binding);
    }

    Mark inPair() {
        return new Mark(telephone, passage, true, flow, outbound, tried, binding);
    }

    boolean isNone() {
        return telephone == null && passage == null;
    }

    /// The parameters that make this mark in a URI.
    String parameters() {
        return ";lr" + (paired ? ";" + PAIRED : "") + (telephone == null ? "" : ";" + TELEPHONE + "=" + telephone)
                + (passage == null ? "" : ";" + PASSAGE + "=" + passage)
                + (flow == null ? "" : ";" + FLOW + "=" + flow) + (outbound ? ";" + OUTBOUND : "")
                + (tried ? "=" + TRIED : "");
    }
}
