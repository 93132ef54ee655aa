package org.koegura.server.rehearsal;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Caller and callee of whole calls in one thread, so that one clock tells how long a message was under way. Their
/// media, if there are any, are others' work.
///
/// Belongs to one thread.
public final class WholeCalls implements AutoCloseable {

    /// How long a message may be under way before the call counts as unanswered.
    public static final int ANSWER_MILLIS_MAX = 1000;

    /// Who calls; nobody has that number.
    public static final String NUMBER = "0990000002";

    private static final int MESSAGE_BYTES_MAX = 65_535;
    private static final int STRAYS_MAX = 64;
    private static final String END = "\r\n";
    private static final Pattern AUDIO = Pattern.compile("^m=audio ([1-9][0-9]{0,4}) ", Pattern.MULTILINE);

    private final DatagramSocket caller;
    private final DatagramSocket callee;
    private final int target;
    private int calls;

    private WholeCalls(DatagramSocket caller, DatagramSocket callee, int target) {
        this.caller = caller;
        this.callee = callee;
        this.target = target;
    }

    /// Calls through a side on this machine's loopback.
    ///
    /// @param port where it takes calls
    /// @throws IOException no socket is to be had
    public static WholeCalls through(int port) throws IOException {
        return open(port);
    }

    /// Calls without anybody between: the caller sends to the callee itself.
    ///
    /// @throws IOException no socket is to be had
    public static WholeCalls direct() throws IOException {
        return open(0);
    }

    private static WholeCalls open(int port) throws IOException {
        DatagramSocket caller = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        DatagramSocket callee;
        try {
            callee = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            caller.close();
            throw e;
        }
        caller.setSoTimeout(ANSWER_MILLIS_MAX);
        callee.setSoTimeout(ANSWER_MILLIS_MAX);
        return new WholeCalls(caller, callee, port == 0 ? callee.getLocalPort() : port);
    }

    /// A call that is up.
    ///
    /// @param routes the route set of the caller
    /// @param invite as the callee received it
    /// @param answer the 200 as the caller received it
    /// @param underWayNanos how long INVITE and 180 were under way together
    public record Talk(String id, String routes, String invite, String answer, long underWayNanos) {}

    /// One call: INVITE, 180, 200, ACK, BYE, 200. Blocks until it is over.
    ///
    /// @return how long INVITE and 180 were under way together, in nanoseconds
    /// @throws SocketTimeoutException a message did not come through within a second
    public long call() throws IOException {
        Talk talk = begin(6000, 7000);
        end(talk);
        return talk.underWayNanos();
    }

    /// A call up to its ACK. Blocks until the callee has that.
    ///
    /// @param callerMediaPort of 127.0.0.1, where the caller awaits the other's packets
    /// @param calleeMediaPort where the callee does
    /// @throws SocketTimeoutException a message did not come through within a second
    public Talk begin(int callerMediaPort, int calleeMediaPort) throws IOException {
        String id = "call-" + calls++ + "-" + caller.getLocalPort() + "@127.0.0.1";
        long sentNanos = System.nanoTime();
        send(caller, target, request("INVITE", id, to(), 1, "", sdp(callerMediaPort)));
        String invite = receive(callee, "INVITE ", id);
        long underWayNanos = System.nanoTime() - sentNanos;
        int back = port(invite);
        sentNanos = System.nanoTime();
        send(callee, back, response(invite, "180 Ringing", ""));
        receive(caller, "SIP/2.0 180", id);
        underWayNanos += System.nanoTime() - sentNanos;
        send(callee, back, response(invite, "200 OK", sdp(calleeMediaPort)));
        String answer = receive(caller, "SIP/2.0 200", id);
        String routes = routes(answer);
        send(caller, target, request("ACK", id, to() + ";tag=callee", 1, routes, ""));
        receive(callee, "ACK ", id);
        return new Talk(id, routes, invite, answer, underWayNanos);
    }

    /// The caller hangs up. Blocks until it has the 200.
    ///
    /// @throws SocketTimeoutException a message did not come through within a second
    public void end(Talk talk) throws IOException {
        send(caller, target, request("BYE", talk.id(), to() + ";tag=callee", 2, talk.routes(), ""));
        String bye = receive(callee, "BYE ", talk.id());
        send(callee, port(bye), response(bye, "200 OK", ""));
        receive(caller, "SIP/2.0 200", talk.id());
    }

    private String to() {
        return "To: <sip:callee@127.0.0.1:" + callee.getLocalPort() + ">";
    }

    private String request(String method, String id, String to, int cseq, String routes, String body) {
        String own = "127.0.0.1:" + caller.getLocalPort();
        return method + " sip:callee@127.0.0.1:" + callee.getLocalPort() + " SIP/2.0" + END
                + "Via: SIP/2.0/UDP " + own + ";branch=z9hG4bK" + id.hashCode() + method + calls + END
                + routes
                + "From: <sip:" + NUMBER + "@" + own + ">;tag=caller" + END
                + to + END
                + "Call-ID: " + id + END
                + "CSeq: " + cseq + " " + method + END
                + "Contact: <sip:" + NUMBER + "@" + own + ">" + END
                + "Max-Forwards: 70" + END
                + withBody(body);
    }

    private String response(String request, String status, String body) {
        StringBuilder text = new StringBuilder("SIP/2.0 " + status + END);
        for (String line : request.substring(0, request.indexOf(END + END)).split(END, -1)) {
            if (isField(line, "Via")
                    || isField(line, "Record-Route")
                    || isField(line, "From")
                    || isField(line, "Call-ID")
                    || isField(line, "CSeq")) {
                text.append(line).append(END);
            } else if (isField(line, "To")) {
                text.append(line)
                        .append(line.contains(";tag=") ? "" : ";tag=callee")
                        .append(END);
            }
        }
        text.append("Contact: <sip:callee@127.0.0.1:")
                .append(callee.getLocalPort())
                .append(">")
                .append(END);
        return text + withBody(body);
    }

    private static String withBody(String body) {
        return (body.isEmpty() ? "" : "Content-Type: application/sdp" + END) + "Content-Length: " + body.length() + END
                + END + body;
    }

    private static String sdp(int port) {
        return String.join(
                        END,
                        "v=0",
                        "o=- 53655765 2353687637 IN IP4 127.0.0.1",
                        "s=-",
                        "c=IN IP4 127.0.0.1",
                        "t=0 0",
                        "m=audio " + port + " RTP/AVP 0",
                        "a=rtpmap:0 PCMU/8000",
                        "a=ptime:20")
                + END;
    }

    /// The route set of the caller: Record-Route from the last to the first (RFC 3261 §12.1.2).
    public static String routes(String answer) {
        StringBuilder routes = new StringBuilder();
        for (String line : answer.split(END, -1)) {
            if (isField(line, "Record-Route")) {
                for (String route : line.substring(line.indexOf(':') + 1).split(",", -1)) {
                    routes.insert(0, "Route: " + route.strip() + END);
                }
            }
        }
        return routes.toString();
    }

    /// Where the first audio stream of a message's description is awaited (RFC 8866 §5.14).
    ///
    /// @throws IOException it describes none
    public static int audioPort(String message) throws IOException {
        Matcher audio = AUDIO.matcher(message);
        if (!audio.find()) {
            throw new IOException("a session description came back without a port for audio");
        }
        return Integer.parseInt(audio.group(1));
    }

    private static boolean isField(String line, String name) {
        return line.regionMatches(true, 0, name + ":", 0, name.length() + 1);
    }

    /// Where the topmost Via says that responses go.
    private static int port(String request) {
        int via = request.indexOf("Via:");
        String line = request.substring(via, request.indexOf(END, via));
        String sentBy = line.substring(line.indexOf("UDP ") + "UDP ".length())
                .split("[;,]", 2)[0]
                .strip();
        int colon = sentBy.lastIndexOf(':');
        return colon < 0 ? 5060 : Integer.parseInt(sentBy.substring(colon + 1));
    }

    private static void send(DatagramSocket from, int port, String message) throws IOException {
        byte[] bytes = message.getBytes(StandardCharsets.US_ASCII);
        from.send(
                new DatagramPacket(bytes, bytes.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    /// The next message of this call that begins so; others, a 100 or what is repeated, are passed over.
    private static String receive(DatagramSocket at, String beginning, String id) throws IOException {
        for (int stray = 0; stray < STRAYS_MAX; stray++) {
            DatagramPacket packet = new DatagramPacket(new byte[MESSAGE_BYTES_MAX], MESSAGE_BYTES_MAX);
            at.receive(packet);
            String message = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
            if (message.startsWith(beginning) && message.contains(id)) {
                return message;
            }
        }
        throw new SocketTimeoutException("nothing but strays");
    }

    @Override
    public void close() {
        caller.close();
        callee.close();
    }
}
