package org.koegura.server.bench.media;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.FreePorts;
import org.koegura.server.bench.Program;

/// rtpengine in user space, by its control protocol.
final class RtpengineMedia implements RunningMedia {

    private static final Duration READY = Duration.ofSeconds(20);

    private final Program program;
    private final NgClient control;
    private final boolean recording;
    private final List<String> calls = new ArrayList<>();
    private int placed;

    private RtpengineMedia(Program program, NgClient control, boolean recording) {
        this.program = program;
        this.control = control;
        this.recording = recording;
    }

    static RtpengineMedia start(Setting setting, boolean recording) throws BenchFault, InterruptedException {
        FreePorts ports = setting.order().ports();
        int port = ports.next();
        List<String> command = new ArrayList<>(
                List.of(setting.peers().at(MediaBenchmark.RTPENGINE).toString(), "--foreground"));
        command.addAll(List.of("--log-stderr", "--log-level=3", "--table=-1", "--interface=127.0.0.1"));
        command.addAll(List.of("--listen-ng=127.0.0.1:" + port, "--delete-delay=0"));
        command.addAll(List.of("--port-min=" + ports.mediaFirst(), "--port-max=" + ports.mediaLast()));
        if (recording) {
            Path folder = setting.folder().resolve("recorded");
            command.addAll(List.of("--recording-method=pcap", "--recording-format=raw"));
            command.add("--recording-dir=" + RelayMedia.emptied(folder));
        }
        Program program = Program.start(
                "rtpengine", setting.folder(), Map.of(), setting.cores().relaying(command));
        try {
            NgClient control = NgClient.open(port);
            program.await(READY, control::answers);
            return new RtpengineMedia(program, control, recording);
        } catch (BenchFault | InterruptedException | RuntimeException e) {
            program.close();
            throw e;
        }
    }

    @Override
    public List<Program> programs() {
        return List.of(program);
    }

    @Override
    public CallPorts call(CallPorts parties) throws BenchFault {
        String id = "bench-" + placed++;
        calls.add(id);
        Map<?, ?> offered = control.order(order("offer", id, parties.caller()));
        Map<?, ?> answered = control.order(order("answer", id, parties.callee()));
        return new CallPorts(port(answered), port(offered));
    }

    private Map<String, Object> order(String command, String id, int port) {
        Map<String, Object> order = new TreeMap<>(named(command, id));
        order.put("sdp", SessionDescription.at(port));
        order.put("replace", List.of("origin"));
        order.put("ICE", "remove");
        if (command.equals("answer")) {
            order.put("to-tag", "callee");
        }
        if (recording) {
            order.put("record call", "on");
        }
        return order;
    }

    private static Map<String, Object> named(String command, String id) {
        return Map.of("command", command, "call-id", id, "from-tag", "caller");
    }

    private static int port(Map<?, ?> answer) throws BenchFault {
        return SessionDescription.port(String.valueOf(answer.get("sdp")));
    }

    @Override
    public Map<String, Double> hangUp() throws BenchFault {
        for (String call : calls) {
            control.order(named("delete", call));
        }
        calls.clear();
        return Map.of();
    }

    @Override
    public void close() {
        control.close();
        program.close();
    }
}
