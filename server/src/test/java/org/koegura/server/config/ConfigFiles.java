package org.koegura.server.config;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/// Configuration files among the tests' resources: each `NAME.yaml` has beside it, in `NAME.expected`, the lines that
/// the operator gets.
public final class ConfigFiles {

    private ConfigFiles() {}

    /// Those of a folder, by name.
    ///
    /// @param test beside which the folder is
    public static Stream<Path> beside(Class<?> test, String folder) throws IOException, URISyntaxException {
        URL found = Objects.requireNonNull(test.getResource(folder), folder);
        try (Stream<Path> files = Files.list(Path.of(found.toURI()))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    /// The lines that the operator gets of one of them.
    public static Path expected(Path file) {
        return file.resolveSibling(file.getFileName().toString().replace(".yaml", ".expected"));
    }
}
