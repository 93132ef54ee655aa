package org.koegura.storageclient;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/// How a checkpoint is spelt: as the JSON of its records. Whoever changes one of them raises
/// [CheckpointFile#VERSION]: a file of another version is not read.
final class CheckpointWords {

    private static final JsonMapper JSON = JsonMapper.builder()
            .addMixIn(CaptureBasis.class, KindOfBasis.class)
            .addMixIn(LeftCall.class, KindOfLeft.class)
            .addMixIn(NoticeDecision.class, KindOfDecision.class)
            .addModule(new SimpleModule()
                    .addSerializer(InetSocketAddress.class, new Place())
                    .addDeserializer(InetSocketAddress.class, new PlaceRead())
                    .addSerializer(InetAddress.class, new Host())
                    .addSerializer(MasterKey.class, new Key())
                    .addDeserializer(MasterKey.class, new KeyRead()))
            .build();

    /// A call of which nothing is known: it cannot be read, but by then it is known how one would be.
    private static final byte[] EMPTY = "{\"left\":\"up\"}".getBytes(StandardCharsets.UTF_8);

    private CheckpointWords() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = CaptureBasis.Announced.class, name = "announced"),
        @JsonSubTypes.Type(value = CaptureBasis.Exempted.class, name = "exempted"),
        @JsonSubTypes.Type(value = CaptureBasis.Attested.class, name = "attested")
    })
    private interface KindOfBasis {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "left")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = CallCheckpoint.class, name = "up"),
        @JsonSubTypes.Type(value = LeftCall.Owed.class, name = "owed")
    })
    private interface KindOfLeft {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = NoticeDecision.Announce.class, name = "announce"),
        @JsonSubTypes.Type(value = NoticeDecision.Oral.class, name = "oral"),
        @JsonSubTypes.Type(value = NoticeDecision.DoNotRecord.class, name = "leave")
    })
    private interface KindOfDecision {}

    /// `192.0.2.1:1000`, `[2001:db8::1]:1000`. Never a name: nobody looks one up to take up a call.
    private static final class Place extends ValueSerializer<InetSocketAddress> {
        @Override
        public void serialize(InetSocketAddress place, JsonGenerator to, SerializationContext context) {
            String host = place.getAddress().getHostAddress();
            to.writeString((host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + place.getPort());
        }
    }

    /// The address alone, never a name that it was looked up by.
    private static final class Host extends ValueSerializer<InetAddress> {
        @Override
        public void serialize(InetAddress host, JsonGenerator to, SerializationContext context) {
            to.writeString(host.getHostAddress());
        }
    }

    /// What [Place] writes.
    private static final class PlaceRead extends ValueDeserializer<InetSocketAddress> {
        @Override
        public InetSocketAddress deserialize(JsonParser from, DeserializationContext context) {
            String text = from.getString();
            int port = text.lastIndexOf(':');
            String host = text.startsWith("[") ? text.substring(1, port - 1) : text.substring(0, port);
            return new InetSocketAddress(InetAddress.ofLiteral(host), Integer.parseInt(text.substring(port + 1)));
        }
    }

    /// `AES_CM_128_HMAC_SHA1_80:` and what stands behind `inline:` in an `a=crypto` line. Only the file, which is
    /// encrypted, says it.
    private static final class Key extends ValueSerializer<MasterKey> {
        @Override
        public void serialize(MasterKey key, JsonGenerator to, SerializationContext context) {
            to.writeString(key.suite() + ":" + Base64.getEncoder().encodeToString(key.keyAndSalt()));
        }
    }

    /// What [Key] writes.
    private static final class KeyRead extends ValueDeserializer<MasterKey> {
        @Override
        public MasterKey deserialize(JsonParser from, DeserializationContext context) {
            String text = from.getString();
            int colon = text.indexOf(':');
            CryptoSuite suite = CryptoSuite.valueOf(text.substring(0, colon));
            return new MasterKey(suite, Base64.getDecoder().decode(text.substring(colon + 1)));
        }
    }

    /// Finds out how each of the records is read, which takes a while the first time.
    static void prepare() {
        var _ = read(EMPTY);
    }

    static byte[] of(LeftCall left) {
        return JSON.writeValueAsBytes(left);
    }

    /// Null where it cannot be read.
    static @Nullable LeftCall read(byte[] text) {
        try {
            return JSON.readValue(text, LeftCall.class);
        } catch (JacksonException | IllegalArgumentException | NullPointerException otherVersion) {
            return null;
        }
    }
}
