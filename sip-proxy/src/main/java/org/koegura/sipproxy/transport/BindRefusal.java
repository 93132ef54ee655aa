package org.koegura.sipproxy.transport;

/// Why a socket was not bound, and what its operator does about that.
public enum BindRefusal {
    IN_USE("Address already in use", "stop what listens there, or name another port"),
    FOREIGN("Cannot assign requested address", "no such address on this machine, name one that it has"),
    NO_RIGHT(
            "Permission denied",
            "a port below 1024 needs the right CAP_NET_BIND_SERVICE; give it that, or name a higher port"),
    OTHER("", "name another address or port of this machine");

    private final String word;
    private final String next;

    BindRefusal(String word, String next) {
        this.word = word;
        this.next = next;
    }

    /// The one that the system's word for it says: Java tells no other difference.
    public static BindRefusal of(String message) {
        for (BindRefusal one : values()) {
            if (message.contains(one.word)) {
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
