package org.koegura.verifier.format;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A JSON object read strictly: each member is asked for by name and kind, and a fault names its place.
///
/// Strict UTF-8, no duplicate names, nothing after the object, bounded depth, string and number length.
public final class Members {

    private static final int NESTING_MAX = 16;
    private static final int STRING_CHARACTERS_MAX = 1 << 20;
    private static final int NUMBER_CHARACTERS_MAX = 32;

    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{9}Z");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(NESTING_MAX)
                            .maxStringLength(STRING_CHARACTERS_MAX)
                            .maxNumberLength(NUMBER_CHARACTERS_MAX)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode object;
    private final String where;
    private final String prefix;

    private Members(JsonNode object, String where, String prefix) {
        this.object = object;
        this.where = where;
        this.prefix = prefix;
    }

    /// Parses one object; `where` is what a fault calls it.
    public static Members parse(String where, byte[] utf8) throws Malformed {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            @Nullable JsonNode node = JSON.readTree(text);
            if (node == null || !node.isObject()) {
                throw new Malformed(where + " is not a JSON object");
            }
            return new Members(node, where, "");
        } catch (CharacterCodingException notUtf8) {
            throw new Malformed(where + " is not UTF-8");
        } catch (JacksonException notJson) {
            throw new Malformed(where + " is not JSON that can be read: "
                    + notJson.getOriginalMessage().lines().findFirst().orElse("unreadable"));
        }
    }

    /// The names in the order in which they stand.
    public List<String> names() {
        return List.copyOf(object.propertyNames());
    }

    public Members object(String name) throws Malformed {
        JsonNode node = member(name);
        if (!node.isObject()) {
            throw fault(name, "an object is needed");
        }
        return new Members(node, where, prefix + name + ".");
    }

    /// The objects of a list.
    public List<Members> objects(String name) throws Malformed {
        List<Members> objects = new ArrayList<>();
        for (JsonNode node : list(name)) {
            if (!node.isObject()) {
                throw fault(name, "a list of objects is needed");
            }
            objects.add(new Members(node, where, prefix + name + "[" + objects.size() + "]."));
        }
        return objects;
    }

    /// The SHA-256 hashes of a list.
    public List<String> hashes(String name) throws Malformed {
        List<String> hashes = new ArrayList<>();
        for (JsonNode node : list(name)) {
            if (!node.isString() || !isHex(node.stringValue(), 64)) {
                throw fault(name + "[" + hashes.size() + "]", "64 lower-case hexadecimal digits are needed");
            }
            hashes.add(node.stringValue());
        }
        return hashes;
    }

    /// An object whose members are all counts.
    public Map<String, Long> counts(String name) throws Malformed {
        Members object = object(name);
        Map<String, Long> counts = new LinkedHashMap<>();
        for (String member : object.names()) {
            counts.put(member, object.count(member));
        }
        return counts;
    }

    /// An object whose members are all strings.
    public Map<String, String> texts(String name) throws Malformed {
        Members object = object(name);
        Map<String, String> texts = new LinkedHashMap<>();
        for (String member : object.names()) {
            texts.put(member, object.text(member));
        }
        return texts;
    }

    public String text(String name) throws Malformed {
        JsonNode node = member(name);
        if (!node.isString()) {
            throw fault(name, "a string is needed");
        }
        return node.stringValue();
    }

    public String oneOf(String name, String... words) throws Malformed {
        String word = text(name);
        if (!Arrays.asList(words).contains(word)) {
            throw fault(name, "'" + shown(word) + "' is none of " + String.join(", ", words));
        }
        return word;
    }

    public String hex(String name, int digits) throws Malformed {
        String value = text(name);
        if (!isHex(value, digits)) {
            throw fault(name, digits + " lower-case hexadecimal digits are needed");
        }
        return value;
    }

    public Instant time(String name) throws Malformed {
        String value = text(name);
        try {
            if (TIME.matcher(value).matches()) {
                return Instant.parse(value);
            }
        } catch (DateTimeException noSuchDay) {
            throw fault(name, "there is no such time");
        }
        throw fault(name, "a UTC time with nine decimals is needed");
    }

    /// A whole number from 0 up.
    public long count(String name) throws Malformed {
        return whole(name, 0, Long.MAX_VALUE);
    }

    public long whole(String name, long min, long max) throws Malformed {
        JsonNode node = member(name);
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw fault(name, "a whole number is needed");
        }
        long value = node.longValue();
        if (value < min || value > max) {
            throw fault(name, min + " to " + max + " is needed, not " + value);
        }
        return value;
    }

    /// Whether a mark is set: `true`, or no such member.
    public boolean mark(String name) throws Malformed {
        @Nullable JsonNode node = object.get(name);
        if (node != null && !(node.isBoolean() && node.booleanValue())) {
            throw fault(name, "true is needed, or no such member");
        }
        return node != null;
    }

    public Malformed fault(String name, String what) {
        return new Malformed(where + ": " + prefix + name + ": " + what);
    }

    private JsonNode list(String name) throws Malformed {
        JsonNode node = member(name);
        if (!node.isArray()) {
            throw fault(name, "a list is needed");
        }
        return node;
    }

    private JsonNode member(String name) throws Malformed {
        @Nullable JsonNode node = object.get(name);
        if (node == null) {
            throw fault(name, "is missing");
        }
        return node;
    }

    public static boolean isHex(String value, int digits) {
        return value.length() == digits && value.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0);
    }

    /// A foreign word, short enough to show.
    public static String shown(String word) {
        return word.length() <= 40 ? word : word.substring(0, 40) + "…";
    }
}
