package org.koegura.server;

/// How a line of the log is written.
enum LogFormat {
    /// For people.
    TEXT,
    /// One JSON object a line.
    JSON
}
