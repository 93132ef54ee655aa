package org.koegura.server.peer;

/// Whoever sends and receives RTP on ports that are its own alone.
public interface Talker {

    boolean hasMediaPort(int port);
}
