package org.koegura.sipproxy.routing;

/// Where the proxy stands: between whom, and who is at home there.
///
/// @param neighbours whom it has on its two sides
/// @param extensions whose identities are inside
public record Whereabouts(Neighbours neighbours, Extensions extensions) {}
