package org.koegura.server.bench.media;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.BenchOrder;
import org.koegura.server.bench.Peers;
import org.koegura.server.bench.ProcessCpu;
import org.koegura.server.bench.Program;

/// A side that is up. One load after the other passes it: [#open], [#call] for each, [#settle], [#hangUp].
interface RunningMedia extends AutoCloseable {

    /// What sides are started with.
    ///
    /// @param order by which script the product is started, and with what
    /// @param folder where what they write goes
    record Setting(Peers peers, Yardsticks yardsticks, BenchOrder order, Cores cores, Path folder) {}

    /// Starts a side and waits until it takes calls.
    static RunningMedia start(MediaSide side, Setting setting) throws BenchFault, InterruptedException {
        return switch (side) {
            case DIRECT -> new DirectMedia();
            case C, C_RECORDING -> new RelayMedia(setting, side.isRecording());
            case RTPENGINE, RTPENGINE_RECORDING -> RtpengineMedia.start(setting, side.isRecording());
            case KOEGURA, KOEGURA_RECORDING -> ProductMedia.start(setting, side.isRecording());
        };
    }

    /// Its processes; none where packets go direct.
    List<Program> programs();

    /// Gets ready for so many calls. They have no packets before all of them are placed.
    default void open(int calls) throws BenchFault, InterruptedException {
        // most take calls as they come
    }

    /// Places a call.
    ///
    /// @param parties where its parties are
    /// @return where each is to send
    CallPorts call(CallPorts parties) throws BenchFault;

    /// Waits until the calls, whose parties speak by now, are as they are to be measured.
    default void settle() throws BenchFault, InterruptedException {
        // most relay from the first packet on
    }

    /// The time that is measured begins.
    default void begin() throws BenchFault, InterruptedException {
        // most do not count
    }

    /// It is over: what the side itself tells of it.
    default Map<String, Double> end() throws BenchFault, InterruptedException {
        return Map.of();
    }

    /// Ends all calls and waits until nothing of them keeps the machine busy. What that costs is told beside the load.
    ///
    /// @return what the side itself tells of the whole load
    Map<String, Double> hangUp() throws BenchFault, InterruptedException;

    /// CPU seconds that its processes have used since they began.
    default double cpuSeconds() {
        return ProcessCpu.seconds(pids());
    }

    /// What of its processes lies in memory.
    default long residentKib() {
        return ProcessMemory.residentKib(pids());
    }

    private List<Long> pids() {
        return programs().stream().flatMap(program -> program.pids().stream()).toList();
    }

    /// Sees to it that its processes run.
    ///
    /// @throws BenchFault where one of them is gone, with what it said last
    default void requireAlive() throws BenchFault {
        for (Program program : programs()) {
            program.requireAlive();
        }
    }

    @Override
    default void close() {
        programs().forEach(Program::close);
    }
}
