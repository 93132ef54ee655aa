package org.koegura.sipproxy.dns;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// The order in which several servers are tried (RFC 2782): the best priority first, and among equals by lot, each as
/// often as its weight says. Pure.
public final class ServerOrder {

    private ServerOrder() {}

    /// All of them, in the order in which they are tried.
    ///
    /// @param priority the lower, the earlier
    /// @param weight from 0 on; 0 has a small chance beside others
    public static <T> List<T> drawn(
            List<T> servers, ToIntFunction<T> priority, ToIntFunction<T> weight, RandomGenerator random) {
        if (servers.size() < 2) {
            return List.copyOf(servers);
        }
        List<T> order = new ArrayList<>(servers.size());
        servers.stream()
                .collect(Collectors.groupingBy(priority::applyAsInt, TreeMap::new, Collectors.toList()))
                .values()
                .forEach(equals -> draw(equals, weight, random, order));
        return order;
    }

    private static <T> void draw(List<T> equals, ToIntFunction<T> weight, RandomGenerator random, List<T> order) {
        List<T> left = new ArrayList<>(equals);
        left.sort(Comparator.comparingInt(server -> weight.applyAsInt(server) == 0 ? 0 : 1)); // stable: zeros first
        while (!left.isEmpty()) {
            long sum = left.stream().mapToLong(weight::applyAsInt).sum();
            long running = weight.applyAsInt(left.getFirst());
            long least = running == 0 ? 0 : 1; // 0 draws one without weight; it would favour any other
            long lot = random.nextLong(least, sum + 1);
            int at = 0;
            while (running < lot) {
                at++;
                running += weight.applyAsInt(left.get(at));
            }
            order.add(left.remove(at));
        }
    }
}
