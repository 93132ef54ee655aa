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
/// connection is closed. A peer that leaves a message unfinished for [#PATIENCE_SECONDS] is not waited
/// for, nor is one that opened the connection and sent no whole message in that time.
///
/// Belongs to the connection's event loop.
final class StreamFramer extends ByteToMessageDecoder {

    /// As large as a datagram could be: nothing larger could go on over UDP.
    static final int MESSAGE_BYTES_MAX = 65_535;

    static final int PATIENCE_SECONDS = 30;

    private static final Pattern CONTENT_LENGTH =
            Pattern.compile("(?im)^(?:content-length|l)[ \\t]*:(?:[ \\t]|\\r?\\n[ \\t])*(\\d{1,10})[ \\t]*\\r?$");

    private static final Pattern ANY_LENGTH = Pattern.compile("(?im)^(?:content-length|l)[ \\t]*:");

    private static final byte[] PONG = "\r\n".getBytes(StandardCharsets.US_ASCII);

    private final boolean accepted;
    private int lineEnds;
    private int scanned;
    private int messageBytes;
    private @Nullable Future<?> patience;

    /// @param accepted whether the peer opened the connection
    StreamFramer(boolean accepted) {
        this.accepted = accepted;
    }

    /// Nobody opens a connection to say nothing, or to keep alive what carries nothing. Where we
    /// opened it, we have something to say.
    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        if (accepted) {
            waitFor(context);
        }
        super.channelActive(context);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        stopWaiting();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        skipLineEnds(context, in);
        if (!in.isReadable()) {
            return;
        }
        if (messageBytes == 0 && !measured(in)) {
            waitFor(context);
            return;
        }
        if (in.readableBytes() < messageBytes) {
            waitFor(context);
            return;
        }
        byte[] message = new byte[messageBytes];
        in.readBytes(message);
        messageBytes = 0;
        scanned = 0;
        lineEnds = 0;
        stopWaiting();
        out.add(message);
    }

    /// Between messages only: inside of one, [#messageBytes] or [#scanned] is set.
    private void skipLineEnds(ChannelHandlerContext context, ByteBuf in) {
        while (messageBytes == 0 && scanned == 0 && in.isReadable()) {
            byte next = in.getByte(in.readerIndex());
            if (next != '\r' && next != '\n') {
                return;
            }
            in.skipBytes(1);
            if (next == '\n' && ++lineEnds == 2) {
                lineEnds = 0;
                answerPing(context);
            }
        }
    }

    /// A peer that sends and does not read would have us hold its answers.
    private static void answerPing(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            var _ = context.writeAndFlush(Unpooled.wrappedBuffer(PONG));
        }
    }

    /// Looks for the head's end and takes its Content-Length; false where more must come first.
    private boolean measured(ByteBuf in) {
        int head = headBytes(in);
        if (head < 0) {
            if (in.readableBytes() > MESSAGE_BYTES_MAX) {
                throw ended(in, new TooLongFrameException("head"));
            }
            return false;
        }
        long body = contentLength(in.toString(in.readerIndex(), head, StandardCharsets.ISO_8859_1));
        if (body < 0) {
            throw ended(in, new CorruptedFrameException("no single Content-Length"));
        }
        long whole = head + body;
        if (whole > MESSAGE_BYTES_MAX) {
            throw ended(in, new TooLongFrameException("message"));
        }
        messageBytes = (int) whole;
        return true;
    }

    /// Nothing of the stream is looked at again, not even when the connection closes.
    private static DecoderException ended(ByteBuf in, DecoderException fault) {
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

    private void waitFor(ChannelHandlerContext context) {
        if (patience == null) {
            patience = context.executor().schedule(() -> close(context), PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }

    private void stopWaiting() {
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }
}
