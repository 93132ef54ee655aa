package org.koegura.rtpcapture.meters;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// One plain number for each constant of an enum, counted up by one thread. Counting allocates nothing.
///
/// Another thread may read without a fence. That is a deliberate race: it may see a number a moment late, never a
/// torn one, since 64-bit machines write a long at once.
public final class Tally<E extends Enum<E>> {

    private static final class Cell {
        long count;
    }

    private final Map<E, Cell> numbers;

    public Tally(Class<E> constants) {
        numbers = new EnumMap<>(constants);
        for (E constant : constants.getEnumConstants()) {
            numbers.put(constant, new Cell());
        }
    }

    public void add(E constant, long more) {
        number(constant).count += more;
    }

    public long count(E constant) {
        return number(constant).count;
    }

    private Cell number(E constant) {
        return Objects.requireNonNull(numbers.get(constant));
    }
}
