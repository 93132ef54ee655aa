package org.koegura.governance;

/// What the settings say of acts on calls that are up.
///
/// @param pauses whether those who may can pause capture (R9)
/// @param objectionStops whether nothing more of a call is kept once the other party's objection was
/// marked (N12)
public record CallRules(boolean pauses, boolean objectionStops) {}
