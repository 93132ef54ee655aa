package org.koegura.sipproxy.transport;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Why a socket was not bound, and what its operator does about that.
public enum BindRefusal {
    IN_USE(98, "Address already in use", "stop what listens there, or name another port"),
    FOREIGN(99, "Cannot assign requested address", "no such address on this machine, name one that it has"),
    NO_RIGHT(
            13,
            "Permission denied",
            "a port below 1024 needs the right CAP_NET_BIND_SERVICE; give it that, or name a higher port"),
    OTHER(0, "", "name another address or port of this machine");

    private static final Pattern NUMBER = Pattern.compile("error\\(-?(\\d+)\\)");

    private final int number;
    private final String word;
    private final String next;

    /// @param number errno on Linux
    /// @param word as it is in English
    BindRefusal(int number, String word, String next) {
        this.number = number;
        this.word = word;
        this.next = next;
    }

    /// The one whose number is in the message, as epoll's native code puts it there; else the one whose word: Java
    /// tells no other difference, and the system has other words in other languages.
    public static BindRefusal of(String message) {
        Matcher numbered = NUMBER.matcher(message);
        int said = numbered.find() ? Integer.parseInt(numbered.group(1)) : -1;
        for (BindRefusal one : values()) {
            if (said == one.number || (said < 0 && message.contains(one.word))) {
                return one;
            }
        }
        return OTHER;
    }

    /// What to do.
    public String next() {
        return next;
    }
}
