package org.koegura.announcement;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where prompt files come from.
@FunctionalInterface
interface PromptFiles {

    /// Opens a file by its plain name; null where there is none. The caller closes it.
    @Nullable
    InputStream open(String name) throws IOException;

    /// Where that is, as a message goes on; empty for the product itself.
    default String place() {
        return "";
    }

    /// What to do where one is not as it should be.
    default String remedy() {
        return "install again";
    }

    /// What to do where their index is not.
    default String remedyOfIndex() {
        return remedy();
    }

    /// Those that lie in a folder.
    static PromptFiles in(Path folder) {
        return new PromptFiles() {
            @Override
            public @Nullable InputStream open(String name) throws IOException {
                Path file = folder.resolve(name);
                boolean plain = folder.equals(file.getParent());
                return plain && Files.isRegularFile(file) ? Files.newInputStream(file) : null;
            }

            @Override
            public String place() {
                return " in " + folder;
            }

            @Override
            public String remedy() {
                return "put the file back, or take the same sound in again (koegura prompt add); another needs a new name";
            }

            @Override
            public String remedyOfIndex() {
                return "put it back, or take the prompts in again without it (koegura prompt add)";
            }
        };
    }

    /// Those inside the product.
    static PromptFiles shipped() {
        return name -> PromptFiles.class.getResourceAsStream("prompts/" + name);
    }
}
