package org.koegura.server.config;

/// How a line of the log is written.
public enum LogFormat {
    /// For people.
    TEXT,
    /// One JSON object a line.
    JSON,
    /// Not at all: the log of the process is another product's.
    NONE
}
