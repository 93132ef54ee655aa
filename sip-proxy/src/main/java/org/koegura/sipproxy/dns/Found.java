package org.koegura.sipproxy.dns;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.koegura.sipproxy.transport.Hop;

/// Where something is reached, all of it, before a lot is drawn among equal servers.
///
/// @param places in the order of their ranks, or not
/// @param whole whether all that had to be asked for was answered: else there may be more places than these
/// @param lacking whether a server was named whose addresses were not all told: then there are more, or there soon will
/// be. Where only the question for names was not answered, nobody knows; some name servers never answer that
public record Found(List<Place> places, boolean whole, boolean lacking) {

    /// A server, with its addresses in the order in which they are tried.
    ///
    /// @param rank the lower, the earlier it is tried
    /// @param weight its share among those of its rank
    record Place(int rank, int weight, List<Hop> hops) {

        Place {
            hops = List.copyOf(hops);
        }
    }

    public Found {
        places = List.copyOf(places);
        if (whole && lacking) {
            throw new IllegalArgumentException("the whole lacks nothing");
        }
    }

    /// One server at these addresses.
    public static Found at(List<Hop> hops) {
        return new Found(hops.isEmpty() ? List.of() : List.of(new Place(0, 0, hops)), true, false);
    }

    /// All of its addresses.
    public List<Hop> hops() {
        return places.stream()
                .flatMap(place -> place.hops().stream())
                .distinct()
                .toList();
    }

    /// Whether it is reached nowhere, as far as is known.
    public boolean isEmpty() {
        return places.isEmpty();
    }

    /// Where it is tried, in that order: the best rank first, shared by weight. The same numbers give the same order.
    public List<Hop> drawn(RandomGenerator random) {
        return ServerOrder.drawn(places, Place::rank, Place::weight, random).stream()
                .flatMap(place -> place.hops().stream())
                .distinct()
                .toList();
    }

    /// These places and what another answer adds to them.
    public Found with(Found more) {
        return new Found(
                Stream.concat(places.stream(), more.places.stream()).distinct().toList(),
                false,
                lacking || more.lacking);
    }
}
