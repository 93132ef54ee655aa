package org.koegura.sipproxy.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Cuts one connection's stream into messages (RFC 3261 §18.3) and answers its keep-alives (RFC 5626
/// §3.5.1).
///
/// ```
/// CRLF CRLF │ start line … CRLF CRLF │ body, Content-Length octets │ start line …
///   ping         head                      one message
/// ```
///
/// A stream that cannot be cut any further, for want of one Content-Length or because of its size, is
/// at its end: what follows could be anything. It is reported as a [DecoderException], after which the
/// connection is closed. Of a message whose head is whole and that is too large, the head is handed on,
/// so that it is answered (RFC 3261 §21.5.7); the connection closes [#LINGER_SECONDS] later.
///
/// A peer that leaves a message unfinished for [#MESSAGE_SECONDS] is not waited for, however it
/// trickles, nor is one that opened the connection and sent no whole SIP message in
/// [#FIRST_MESSAGE_SECONDS]: line ends and other protocols are none.
///
/// Belongs to the connection's event loop.
final class StreamFramer extends ByteToMessageDecoder {

    /// As large as a datagram could be: nothing larger could go on over UDP.
    static final int MESSAGE_BYTES_MAX = 65_535;

    /// From the opening of a connection to the end of its first message, TLS included.
    static final int FIRST_MESSAGE_SECONDS = 30;

    /// From the first octet of a message to its last.
    static final int MESSAGE_SECONDS = 30;

    /// Closed at once, with octets unread, a connection is reset, and its peer may never read our answer.
    static final int LINGER_SECONDS = 1;

    private static final Pattern CONTENT_LENGTH =
            Pattern.compile("(?im)^(?:content-length|l)[ \\t]*:(?:[ \\t]|\\r?\\n[ \\t])*(\\d{1,10})[ \\t]*\\r?$");

    private static final Pattern ANY_LENGTH = Pattern.compile("(?im)^(?:content-length|l)[ \\t]*:");

    private static final byte[] PONG = "\r\n".getBytes(StandardCharsets.US_ASCII);

    private final boolean accepted;
    private int lineEnds;
    private boolean pinged;
    private int scanned;
    private int messageBytes;
    private boolean over;
    private @Nullable Future<?> first;
    private @Nullable Future<?> unfinished;

    /// @param accepted whether the peer opened the connection
    StreamFramer(boolean accepted) {
        this.accepted = accepted;
    }

    /// Nobody opens a connection to say nothing, or to keep alive what carries nothing. Where we
    /// opened it, we have something to say.
    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        if (accepted) {
            first = closeIn(context, FIRST_MESSAGE_SECONDS);
        }
        super.channelActive(context);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        first = stopped(first);
        unfinished = stopped(unfinished);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (over) {
            in.skipBytes(in.readableBytes());
            return;
        }
        skipLineEnds(in);
        if (!in.isReadable()) {
            return;
        }
        boolean whole = (messageBytes > 0 || measured(context, in)) && in.readableBytes() >= messageBytes;
        if (!whole) {
            if (unfinished == null) {
                unfinished = closeIn(context, MESSAGE_SECONDS);
            }
            return;
        }
        byte[] message = new byte[messageBytes];
        in.readBytes(message);
        messageBytes = 0;
        scanned = 0;
        lineEnds = 0;
        unfinished = stopped(unfinished);
        if (isSip(message)) {
            first = stopped(first);
        }
        out.add(message);
    }

    /// Whether its first line names the protocol, be it ever so wrong besides: that is answered.
    private static boolean isSip(byte[] message) {
        for (int i = 0; i + 4 <= message.length && message[i] != '\n'; i++) {
            boolean named =
                    (message[i] | 0x20) == 's' && (message[i + 1] | 0x20) == 'i' && (message[i + 2] | 0x20) == 'p';
            if (named && message[i + 3] == '/') {
                return true;
            }
        }
        return false;
    }

    /// Between messages only: inside of one, [#messageBytes] or [#scanned] is set.
    private void skipLineEnds(ByteBuf in) {
        while (messageBytes == 0 && scanned == 0 && in.isReadable()) {
            byte next = in.getByte(in.readerIndex());
            if (next != '\r' && next != '\n') {
                return;
            }
            in.skipBytes(1);
            if (next == '\n' && ++lineEnds == 2) {
                lineEnds = 0;
                pinged = true;
            }
        }
    }

    /// One answer for all that was read at once: a peer that sends nothing but line ends would have this loop send a
    /// segment for every four octets. One that sends and does not read would have us hold its answers.
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (pinged && context.channel().isWritable()) {
            var _ = context.writeAndFlush(Unpooled.wrappedBuffer(PONG));
        }
        pinged = false;
        super.channelReadComplete(context);
    }

    /// Looks for the head's end and takes its Content-Length; false where more must come first. Of what is
    /// too large the head is all that is taken.
    private boolean measured(ChannelHandlerContext context, ByteBuf in) {
        int head = headBytes(in);
        if (head > MESSAGE_BYTES_MAX || (head < 0 && in.readableBytes() > MESSAGE_BYTES_MAX)) {
            throw ended(in, new TooLongFrameException("head"));
        }
        if (head < 0) {
            return false;
        }
        long body = contentLength(in.toString(in.readerIndex(), head, StandardCharsets.ISO_8859_1));
        if (body < 0) {
            throw ended(in, new CorruptedFrameException("no single Content-Length"));
        }
        long whole = head + body;
        if (whole > MESSAGE_BYTES_MAX) {
            over = true;
            var _ = closeIn(context, LINGER_SECONDS);
            messageBytes = head;
        } else {
            messageBytes = (int) whole;
        }
        return true;
    }

    /// Nothing of the stream is looked at again, be it read before the connection is closed or as it closes.
    private DecoderException ended(ByteBuf in, DecoderException fault) {
        over = true;
        in.skipBytes(in.readableBytes());
        return fault;
    }

    /// Octets until the empty line that ends the head, it included; -1 where it has not come yet.
    /// Reads no octet twice.
    private int headBytes(ByteBuf in) {
        int readable = in.readableBytes();
        for (int i = Math.max(scanned, 1); i < readable; i++) {
            if (in.getByte(in.readerIndex() + i) == '\n') {
                byte before = in.getByte(in.readerIndex() + i - 1);
                boolean emptyLine =
                        before == '\n' || (before == '\r' && i >= 2 && in.getByte(in.readerIndex() + i - 2) == '\n');
                if (emptyLine) {
                    return i + 1;
                }
            }
        }
        scanned = readable;
        return -1;
    }

    /// The body's octets; -1 where the head does not say, or says it more than once and differently.
    private static long contentLength(String head) {
        Matcher length = CONTENT_LENGTH.matcher(head);
        long found = -1;
        int well = 0;
        while (length.find()) {
            long value = Long.parseLong(length.group(1));
            if (found >= 0 && value != found) {
                return -1;
            }
            found = value;
            well++;
        }
        return well == ANY_LENGTH.matcher(head).results().count() ? found : -1;
    }

    private static Future<?> closeIn(ChannelHandlerContext context, int seconds) {
        return context.executor().schedule(() -> close(context), seconds, TimeUnit.SECONDS);
    }

    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }

    private static @Nullable Future<?> stopped(@Nullable Future<?> waiting) {
        if (waiting != null) {
            waiting.cancel(false);
        }
        return null;
    }
}
