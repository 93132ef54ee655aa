package org.koegura.server.bench.media;

import java.util.List;
import java.util.Map;
import org.koegura.server.bench.Program;

/// Nobody between: each party sends to the other.
final class DirectMedia implements RunningMedia {

    @Override
    public List<Program> programs() {
        return List.of();
    }

    @Override
    public CallPorts call(CallPorts parties) {
        return new CallPorts(parties.callee(), parties.caller());
    }

    @Override
    public Map<String, Double> hangUp() {
        return Map.of();
    }
}
