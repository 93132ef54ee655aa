package org.koegura.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What `koegura run` was given.
///
/// @param file the configuration file; null for none
/// @param given what stood on the command line, by its key; outranks the file
public record RunOptions(@Nullable Path file, Map<Key<?>, String> given) {

    /// The option that names the configuration file.
    public static final String CONFIG = "--config";

    private static final Map<String, Key<?>> BY_OPTION =
            ConfigKeys.ALL.stream().collect(Collectors.toMap(Key::option, Function.identity()));

    public RunOptions {
        given = Map.copyOf(given);
    }

    /// The options of a command line in which nothing but `--NAME VALUE` stands, each once and each right;
    /// empty for any other, which picocli reads and explains. Its classes are of a form that the cache of
    /// classes does not take, and cost a quarter of a second, for which calls wait that a dead process left.
    ///
    /// @param arguments what follows the command
    public static Optional<RunOptions> plain(List<String> arguments) {
        if (arguments.size() % 2 != 0) {
            return Optional.empty();
        }
        Path file = null;
        Map<Key<?>, String> given = new HashMap<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            String value = arguments.get(i + 1);
            Key<?> key = BY_OPTION.get(arguments.get(i));
            if (isMoreThanText(value)) {
                return Optional.empty();
            }
            if (key != null && !given.containsKey(key) && key.read(value) != null) {
                given.put(key, value);
            } else if (arguments.get(i).equals(CONFIG) && file == null && isPath(value)) {
                file = Path.of(value);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new RunOptions(file, given));
    }

    /// What picocli takes for an option, a file of arguments or something in quotes.
    private static boolean isMoreThanText(String value) {
        return value.isEmpty() || value.startsWith("-") || value.startsWith("@") || value.startsWith("\"");
    }

    private static boolean isPath(String value) {
        try {
            var _ = Path.of(value);
            return true;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /// File and options together.
    ///
    /// @throws ConfigRefused they cannot be used
    public Chosen chosen() {
        ConfigFile read = file == null ? ConfigFile.EMPTY : ConfigFile.read(file);
        String name = file == null ? "" : Key.shown(file.toString(), Integer.MAX_VALUE);
        if (!read.problems().isEmpty()) {
            throw new ConfigRefused(
                    read.problems().stream().map(problem -> problem.line(name)).toList());
        }
        Chosen chosen = Chosen.of(name, read, given);
        List<String> conflicts = chosen.conflicts();
        if (!conflicts.isEmpty()) {
            throw new ConfigRefused(conflicts);
        }
        return chosen;
    }
}
