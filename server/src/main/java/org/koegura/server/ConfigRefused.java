package org.koegura.server;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// The configuration, of file and options together, cannot be used.
final class ConfigRefused extends ParameterException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> lines;

    /// @param lines what is wrong, each for the operator as it is
    ConfigRefused(CommandLine command, List<String> lines) {
        super(command, String.join("\n", lines));
        this.lines = List.copyOf(lines);
    }

    List<String> lines() {
        return lines;
    }
}
