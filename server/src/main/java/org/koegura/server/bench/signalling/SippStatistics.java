package org.koegura.server.bench.signalling;

import java.util.List;
import org.koegura.server.bench.BenchFault;

/// What SIPp counted from its start on (`-trace_stat`): a line of names, then a line of values now and then.
///
/// @param created calls that it began or took
/// @param successful calls that went as the scenario says
/// @param failed calls that did not, whatever the reason
/// @param retransmissions messages that it sent again
/// @param seconds from its start to the last line
record SippStatistics(long created, long successful, long failed, long retransmissions, double seconds) {

    private static final String SEPARATOR = ";";

    /// Reads the last line. A name may stand without a value at the end of a line.
    ///
    /// @throws BenchFault where it is no such file
    static SippStatistics of(List<String> lines) throws BenchFault {
        if (lines.size() < 2) {
            throw new BenchFault("SIPp wrote no statistics: it did not run");
        }
        List<String> names = List.of(lines.getFirst().split(SEPARATOR, -1));
        List<String> values = List.of(lines.getLast().split(SEPARATOR, -1));
        return new SippStatistics(
                number(names, values, "TotalCallCreated"),
                number(names, values, "SuccessfulCall(C)"),
                number(names, values, "FailedCall(C)"),
                number(names, values, "Retransmissions(C)"),
                time(names, values, "CurrentTime") - time(names, values, "StartTime"));
    }

    private static long number(List<String> names, List<String> values, String name) throws BenchFault {
        try {
            return Long.parseLong(value(names, values, name));
        } catch (NumberFormatException e) {
            throw new BenchFault("SIPp's statistics are not as expected: " + name + " is no number", e);
        }
    }

    /// Date, clock and seconds of the epoch, separated by tabs or blanks.
    private static double time(List<String> names, List<String> values, String name) throws BenchFault {
        String[] parts = value(names, values, name).strip().split("\\s+", -1);
        try {
            return Double.parseDouble(parts[parts.length - 1]);
        } catch (NumberFormatException e) {
            throw new BenchFault("SIPp's statistics are not as expected: " + name + " is no time", e);
        }
    }

    private static String value(List<String> names, List<String> values, String name) throws BenchFault {
        int at = names.indexOf(name);
        if (at < 0 || at >= values.size()) {
            throw new BenchFault("SIPp's statistics are not as expected: no " + name);
        }
        return values.get(at);
    }
}
