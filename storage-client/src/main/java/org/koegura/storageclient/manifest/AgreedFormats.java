package org.koegura.storageclient.manifest;

import java.util.ArrayList;
import java.util.List;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.StoreFault;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What stands in the comment of a formats block: what payload types of one leg mean from there on. Leg and
/// time are the block's own.
public final class AgreedFormats {

    private AgreedFormats() {}

    /// The text of the comment: some 90 bytes a format, so that those of all 128 types fit a pcapng option.
    ///
    /// @throws IllegalArgumentException there is none, or a type stands twice
    public static String text(List<AudioFormat> formats) {
        long types = formats.stream().map(AudioFormat::payloadType).distinct().count();
        if (formats.isEmpty() || types != formats.size()) {
            throw new IllegalArgumentException("formats: one or more are needed, each of another payload type");
        }
        ObjectNode node = Words.object();
        ArrayNode list = node.putArray("formats");
        formats.forEach(format -> list.add(Words.of(format)));
        return node.toString();
    }

    /// Reads the comment back.
    ///
    /// @throws StoreFault.Damaged it is not what [#text] writes
    public static List<AudioFormat> parse(String text) throws StoreFault.Damaged {
        try {
            List<AudioFormat> formats = new ArrayList<>();
            for (JsonNode format : Words.JSON.readTree(text).required("formats")) {
                formats.add(Words.format(format));
            }
            return List.copyOf(formats);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new StoreFault.Damaged("a formats block inside the encryption cannot be read");
        }
    }
}
