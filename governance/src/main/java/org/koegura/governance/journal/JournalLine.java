package org.koegura.governance.journal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.koegura.callmodel.JournalEntry;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One line of the journal: an entry in its place in the chain.
///
/// ```
/// {"seq":1,"at":"…","actor":"…","act":"…","subject":"…","details":{…},"previous":"64 hex","hash":"64 hex"}\n
/// └───────────────────────── hashed with SHA-256 ─────────────────────────────────────┘
/// ```
///
/// @param seq its number, from 1
/// @param entry what it tells
/// @param previous hash of the line before
/// @param hash its own
record JournalLine(long seq, JournalEntry entry, String previous, String hash) {

    /// What stands for the line before the first.
    static final String NO_HASH = "0".repeat(64);

    /// Longest line that is written or read, line feed excluded.
    static final int BYTES_MAX = 64 * 1024;

    private static final byte[] HASH_MEMBER = ascii(",\"hash\":\"");
    private static final int HASH_DIGITS = 64;
    private static final byte[] END = ascii("\"}");
    private static final int TAIL_BYTES = HASH_MEMBER.length + HASH_DIGITS + END.length;

    private static final JsonFactory JSON = new JsonFactory();
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// A line that is no line of a journal, or not the one that belongs in this place.
    static final class Malformed extends Exception {
        Malformed(String why) {
            super(why);
        }
    }

    /// The part of a line that does not depend on its place: from `"at"` to the end of `details`. Made by the caller's
    /// thread, so that the writer only links.
    static byte[] body(JournalEntry entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("at", Instants.text(entry.at()));
            json.writeStringProperty("actor", entry.actor());
            json.writeStringProperty("act", entry.act());
            json.writeStringProperty("subject", entry.subject());
            json.writeName("details");
            json.writeStartObject();
            for (Map.Entry<String, String> detail : entry.details().entrySet()) {
                json.writeStringProperty(detail.getKey(), detail.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        byte[] object = bytes.toByteArray();
        return Arrays.copyOfRange(object, 1, object.length - 1);
    }

    /// Writes a body as the next line after `end`, line feed included, and returns the mark after it.
    static Mark link(Mark end, byte[] body, ByteArrayOutputStream out) {
        long seq = end.entries() + 1;
        ByteArrayOutputStream line = new ByteArrayOutputStream(body.length + 256);
        line.writeBytes(ascii("{\"seq\":" + seq + ","));
        line.writeBytes(body);
        line.writeBytes(ascii(",\"previous\":\"" + end.lastHash() + "\""));
        byte[] hashed = line.toByteArray();
        String hash = sha256(hashed, hashed.length);
        out.writeBytes(hashed);
        out.writeBytes(HASH_MEMBER);
        out.writeBytes(ascii(hash));
        out.writeBytes(END);
        out.write('\n');
        return new Mark(seq, hash);
    }

    /// Reads a line, without its line feed, that should stand after `end`.
    static JournalLine read(Mark end, byte[] line) throws Malformed {
        int hashedBytes = line.length - TAIL_BYTES;
        if (hashedBytes <= 0 || !holdsAt(line, hashedBytes, HASH_MEMBER) || !holdsAt(line, line.length - 2, END)) {
            throw new Malformed("it does not end in a hash");
        }
        String stated = new String(line, hashedBytes + HASH_MEMBER.length, HASH_DIGITS, StandardCharsets.US_ASCII);
        if (!stated.equals(sha256(line, hashedBytes))) {
            throw new Malformed("its hash does not match its content: it was edited");
        }
        JournalLine read = parse(line, stated);
        if (read.seq != end.entries() + 1) {
            throw new Malformed("it is numbered " + read.seq + ": entries were removed or moved");
        }
        if (!read.previous.equals(end.lastHash())) {
            throw new Malformed("it does not follow the entry before it: an entry was edited, removed or moved");
        }
        return read;
    }

    private static JournalLine parse(byte[] line, String hash) throws Malformed {
        try {
            JsonNode json = MAPPER.readTree(line);
            Map<String, String> details = new TreeMap<>();
            for (Map.Entry<String, JsonNode> detail : json.required("details").properties()) {
                details.put(detail.getKey(), detail.getValue().stringValue());
            }
            JournalEntry entry = new JournalEntry(
                    Instant.parse(json.required("at").stringValue()),
                    json.required("actor").stringValue(),
                    json.required("act").stringValue(),
                    json.required("subject").stringValue(),
                    details);
            return new JournalLine(
                    json.required("seq").longValue(),
                    entry,
                    json.required("previous").stringValue(),
                    hash);
        } catch (JacksonException | DateTimeParseException unreadable) {
            throw new Malformed("it is not an entry of format 1");
        }
    }

    private static boolean holdsAt(byte[] line, int from, byte[] part) {
        return Arrays.equals(line, from, from + part.length, part, 0, part.length);
    }

    private static String sha256(byte[] bytes, int count) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, count);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every JDK has SHA-256", absent);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
