package org.koegura.sipproxy.dns;

import java.util.List;

/// What the name servers said to one question.
sealed interface Answer {

    /// These entries; none where there is no such name, or nothing of that type.
    record Said(List<Entry> entries) implements Answer {

        static final Said NOTHING = new Said(List.of());

        public Said {
            entries = List.copyOf(entries);
        }

        /// Those of one kind.
        <E extends Entry> List<E> of(Class<E> kind) {
            return entries.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    /// Nothing of use in time: there is no name server, none answers, or none can.
    record Silence() implements Answer {}
}
