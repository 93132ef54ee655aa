package org.koegura.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/// Loads both cores, or judges what such a load does: runs after the tests that may run beside each other, and beside
/// none.
@Tag("whole-machine")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface WholeMachine {}
