package org.koegura.console.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.koegura.callmodel.Party;

/// Every text of one language, by key.
public final class Words {

    private static final Words JAPANESE = load(Language.JA);
    private static final Words ENGLISH = load(Language.EN);

    private final Language language;
    private final Map<String, String> texts;

    private Words(Language language, Map<String, String> texts) {
        this.language = language;
        this.texts = Map.copyOf(texts);
    }

    /// The texts of a language.
    public static Words in(Language language) {
        return switch (language) {
            case JA -> JAPANESE;
            case EN -> ENGLISH;
        };
    }

    private static Words load(Language language) {
        String file = "/org/koegura/console/words_" + language.tag() + ".properties";
        try (InputStream in = Objects.requireNonNull(Words.class.getResourceAsStream(file), file)) {
            Properties read = new Properties();
            read.load(new InputStreamReader(in, StandardCharsets.UTF_8));
            Map<String, String> texts = new TreeMap<>();
            read.forEach((key, text) -> texts.put((String) key, (String) text));
            return new Words(language, texts);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// A party's number, or in words that there is none and why: `anonymous` stands where it is withheld (RFC 3323
    /// §4.1.1.3).
    public String party(Party party) {
        if (party.equals(Party.UNKNOWN)) {
            return text("party.unknown");
        }
        if (party.anonymity() != null) {
            return of("party.withheld", party.anonymity());
        }
        return party.number().equalsIgnoreCase("anonymous") ? text("party.withheld") : party.number();
    }

    /// Which language this is.
    public Language language() {
        return language;
    }

    /// The text of a key, with `{0}`, `{1}` … replaced.
    ///
    /// @throws IllegalArgumentException there is no such key: a fault of the program
    public String text(String key, Object... values) {
        String text = texts.get(key);
        if (text == null) {
            throw new IllegalArgumentException("no words for " + key);
        }
        for (int place = 0; place < values.length; place++) {
            text = text.replace("{" + place + "}", String.valueOf(values[place]));
        }
        return text;
    }

    /// The text of a constant, under `prefix.constant-name`.
    public String of(String prefix, Enum<?> constant) {
        return text(prefix + "." + constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /// A language in which something is spoken, by its BCP 47 tag; one that there is no word for is its
    /// tag.
    public String spoken(String tag) {
        return texts.getOrDefault("spoken." + tag, tag);
    }

    /// Every key.
    public Set<String> keys() {
        return texts.keySet();
    }
}
