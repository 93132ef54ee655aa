package org.koegura.server.conformance;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Flows between [TwoSides] that share one product, of which no call leaves anything.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TwoSidesFlows {

    @SuppressWarnings("NullAway.Init") // set before all
    private TwoSides sides;

    /// Starts the product.
    abstract TwoSides started(Path folder) throws Exception;

    TwoSides sides() {
        return sides;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        sides = started(folder);
    }

    @AfterAll
    void stop() throws Exception {
        sides.close();
    }

    @AfterEach
    void nothingIsLeft() {
        sides.awaitNothingLeft();
    }
}
