package org.koegura.server.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Stands for the city's PBX: a registrar that keeps Path (RFC 3327), and a stateless proxy (RFC 3261 §16.11).
///
/// It asks for no password; it listens on loopback only, for as long as the demo runs.
final class DemoExchange implements AutoCloseable {

    private static final int BINDINGS_MAX = 100;

    /// Where a number is: its contact, and the proxies before it.
    private record Binding(String contact, List<String> path) {}

    private final SipEndpoint endpoint;
    private final Map<String, Binding> bindings = new ConcurrentHashMap<>();

    DemoExchange(InetAddress address, RandomGenerator random) throws IOException {
        endpoint = new SipEndpoint(address, random, this::onRequest, this::onResponse);
    }

    void start() {
        endpoint.start();
    }

    InetSocketAddress address() {
        String[] hostPort = endpoint.hostPort().split(":", 2);
        return new InetSocketAddress(hostPort[0], Integer.parseInt(hostPort[1]));
    }

    /// The path that a number was registered with; empty where it is not, or came without.
    List<String> pathOf(String number) {
        Binding binding = bindings.get(number);
        return binding == null ? List.of() : binding.path();
    }

    private void onRequest(SipMessage request, InetSocketAddress source) {
        if (request.method().equals("REGISTER")) {
            register(request, source);
            return;
        }
        int hops = Integer.parseInt(request.header("Max-Forwards").strip());
        if (hops <= 0) {
            refuse(request, source, "483 Too Many Hops");
            return;
        }
        SipMessage onward = request.withAll("Max-Forwards", List.of(Integer.toString(hops - 1)));
        List<String> routes = request.all("Route");
        if (!routes.isEmpty() && isOurs(SipMessage.uriOf(routes.getFirst()))) {
            routes = routes.subList(1, routes.size());
            onward = onward.withAll("Route", routes);
        }
        String target = request.requestUri();
        if (routes.isEmpty() && isOurs(target)) {
            Binding binding = bindings.get(SipMessage.userOf(target));
            if (binding == null) {
                refuse(request, source, "404 Not Found");
                return;
            }
            routes = binding.path();
            target = binding.contact();
            onward = onward.withAll("Route", routes).withStartLine(request.method() + " " + target + " SIP/2.0");
        }
        forward(onward, request, source, routes.isEmpty() ? target : SipMessage.uriOf(routes.getFirst()));
    }

    /// Adds our Via, with a branch made from the one above it, so that repetitions and CANCEL get the same.
    private void forward(SipMessage onward, SipMessage request, InetSocketAddress source, String nextUri) {
        String branch = "z9hG4bK" + UUID.nameUUIDFromBytes(request.branch().getBytes(StandardCharsets.UTF_8));
        List<String> vias = new ArrayList<>(request.all("Via"));
        vias.set(
                0,
                vias.getFirst() + ";received=" + SoftTelephone.hostPort(source).split(":", 2)[0]);
        vias.addFirst(endpoint.via(branch));
        endpoint.send(onward.withAll("Via", vias), next(nextUri));
    }

    private void register(SipMessage request, InetSocketAddress source) {
        String contact = request.find("Contact");
        if (contact == null || bindings.size() >= BINDINGS_MAX) {
            endpoint.respond(request.response("400 Bad Request"), source);
            return;
        }
        String user = SipMessage.userOf(SipMessage.uriOf(request.header("To")));
        bindings.put(user, new Binding(SipMessage.uriOf(contact), request.all("Path")));
        SipMessage ok = request.response("200 OK").plus("Contact", contact + ";expires=3600");
        for (String path : request.all("Path")) {
            ok = ok.plus("Path", path);
        }
        endpoint.respond(ok, source);
    }

    private void refuse(SipMessage request, InetSocketAddress source, String statusLine) {
        if (!request.method().equals("ACK")) {
            endpoint.respond(request.response(statusLine), source);
        }
    }

    /// Takes our Via off and sends the response to the next one (RFC 3261 §16.11, §18.2.2).
    private void onResponse(SipMessage response, InetSocketAddress source) {
        List<String> vias = response.all("Via");
        if (vias.size() < 2) {
            return;
        }
        List<String> rest = vias.subList(1, vias.size());
        String sentBy =
                rest.getFirst().replaceFirst("^\\S+\\s+", "").split(";", 2)[0].strip();
        @Nullable String received = SipMessage.parameter(rest.getFirst(), "received");
        String uri = "sip:" + sentBy;
        String host = received == null ? SipMessage.hostOf(uri) : received;
        endpoint.send(response.withAll("Via", rest), new InetSocketAddress(host, SipMessage.portOf(uri)));
    }

    private boolean isOurs(String uri) {
        return (SipMessage.hostOf(uri) + ":" + SipMessage.portOf(uri)).equals(endpoint.hostPort());
    }

    private static InetSocketAddress next(String uri) {
        return new InetSocketAddress(SipMessage.hostOf(uri), SipMessage.portOf(uri));
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
