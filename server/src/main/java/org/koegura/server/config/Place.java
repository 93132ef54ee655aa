package org.koegura.server.config;

import java.util.Comparator;

/// Where in a file; line and column from 1, the column in characters.
public record Place(int line, int column) implements Comparable<Place> {

    static final Place START = new Place(1, 1);

    /// The place of the code point at this index.
    static Place in(String text, int index) {
        int[] points = text.codePoints().limit(index).toArray();
        int line = 1;
        int column = 1;
        for (int point : points) {
            line += point == '\n' ? 1 : 0;
            column = point == '\n' ? 1 : column + 1;
        }
        return new Place(line, column);
    }

    @Override
    public int compareTo(Place other) {
        return Comparator.comparingInt(Place::line)
                .thenComparingInt(Place::column)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return line + ":" + column;
    }
}
