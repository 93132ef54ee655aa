package org.koegura.server.config;

import java.util.List;

/// The configuration, of file and options together, cannot be used.
public final class ConfigRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> lines;

    /// @param lines what is wrong, each for the operator as it is
    ConfigRefused(List<String> lines) {
        super(String.join("\n", lines));
        this.lines = List.copyOf(lines);
    }

    /// What is wrong, each line for the operator as it is.
    public List<String> lines() {
        return lines;
    }
}
