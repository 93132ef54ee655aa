package org.koegura.server.bench.media;

/// UDP ports of 127.0.0.1 for both parties of a call: where they are, or where they are to send.
record CallPorts(int caller, int callee) {

    private static final int PORT_MAX = 65_535;

    CallPorts {
        if (caller < 1 || caller > PORT_MAX || callee < 1 || callee > PORT_MAX) {
            throw new IllegalArgumentException("no ports: " + caller + ", " + callee);
        }
    }
}
