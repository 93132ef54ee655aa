package org.koegura.announcement;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Where prompt files come from.
@FunctionalInterface
interface PromptFiles {

    /// Opens a file by its plain name; null where there is none. The caller closes it.
    @Nullable
    InputStream open(String name);

    /// Those inside the product.
    static PromptFiles shipped() {
        return name -> PromptFiles.class.getResourceAsStream("prompts/" + name);
    }
}
