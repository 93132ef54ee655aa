package org.koegura.server.bench;

import java.nio.file.Path;

/// How a benchmark is to run.
///
/// @param launcher the script `koegura`, which starts the product
/// @param path folders in which programs are looked for, separated as in PATH
/// @param rounds how often every side is measured
/// @param brief shorter loads: for a look, not for a verdict
/// @param kernelHelp whether the product may have the kernel's help for media, as a new installation asks for it
/// @param ports where the sides listen
public record BenchOrder(Path launcher, String path, int rounds, boolean brief, boolean kernelHelp, FreePorts ports) {

    public BenchOrder {
        if (rounds < 1) {
            throw new IllegalArgumentException("at least one round");
        }
    }
}
