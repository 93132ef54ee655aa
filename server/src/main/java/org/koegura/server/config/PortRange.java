package org.koegura.server.config;

/// UDP ports for media, first and last included: `20000-39999`.
public record PortRange(int first, int last) {

    private static final int PORTS_OF_CALL = 4;

    /// @throws IllegalArgumentException it is none, in one line
    static PortRange parse(String text) {
        int dash = text.indexOf('-');
        try {
            int first = Integer.parseInt(text.substring(0, Math.max(0, dash)).trim());
            int last = Integer.parseInt(text.substring(dash + 1).trim());
            int firstEven = first + (first & 1);
            if (first >= 1024 && last <= 65535 && last - firstEven >= 3) {
                return new PortRange(first, last);
            }
        } catch (NumberFormatException e) {
            // said below, in the same words as every other wrong range
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no port range: FIRST-LAST is needed, 1024 to 65535, at least 4 from an even one on");
    }

    /// How many calls it has room for: each takes four, from an even one on.
    public int calls() {
        return (last - (first + (first & 1)) + 1) / PORTS_OF_CALL;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
