package org.koegura.server;

/// How the log is written.
enum LogFormat {
    TEXT,
    JSON,
    /// Not at all: the log of the process is another product's.
    NONE
}
