package org.koegura.callmodel;

/// Who called whom, seen from the city. An internal call has no outside party and is not recorded (R6).
public enum Direction {
    INBOUND,
    OUTBOUND,
    INTERNAL
}
