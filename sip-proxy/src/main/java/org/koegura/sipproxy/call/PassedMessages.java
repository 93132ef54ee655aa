package org.koegura.sipproxy.call;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.call.CallRunner.Passing;

/// What became of the messages of one call that carried a description, by all that tells one from another. Of too many,
/// or too large ones, the oldest are forgotten, so that no peer can make a call's memory grow.
///
/// Not safe for two threads at once.
final class PassedMessages {

    private final int messagesMax;
    private final int octetsMax;
    private final LinkedHashMap<Message, Body> bodies = new LinkedHashMap<>();
    private long octets;
    private long forgotten;

    PassedMessages(int messagesMax, int octetsMax) {
        this.messagesMax = messagesMax;
        this.octetsMax = octetsMax;
    }

    private record Message(Leg from, String method, int status, long cseq, String calleeTag, ByteBuffer body) {

        static Message of(Passing passing) {
            return new Message(
                    passing.from(),
                    passing.method(),
                    passing.status(),
                    passing.cseq(),
                    passing.calleeTag(),
                    ByteBuffer.wrap(passing.body().clone()));
        }
    }

    /// What became of it when it came before; null where it never did, or was forgotten.
    @Nullable
    Body of(Passing passing) {
        return bodies.get(Message.of(passing));
    }

    /// Remembers what becomes of one that is new.
    void add(Passing passing, Body body) {
        Message message = Message.of(passing);
        bodies.put(message, body);
        octets += size(message, body);
        while (bodies.size() > messagesMax || octets > octetsMax) {
            Map.Entry<Message, Body> eldest = bodies.firstEntry();
            bodies.remove(eldest.getKey());
            octets -= size(eldest.getKey(), eldest.getValue());
            forgotten++;
        }
    }

    private static int size(Message message, Body body) {
        int edited = body instanceof Body.Replaced(byte[] bytes) ? bytes.length : 0;
        return message.body().capacity() + edited;
    }

    /// Messages that had to be forgotten.
    long forgotten() {
        return forgotten;
    }
}
