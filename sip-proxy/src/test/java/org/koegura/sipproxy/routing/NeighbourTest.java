package org.koegura.sipproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.koegura.sipproxy.dns.Found;
import org.koegura.sipproxy.dns.Sought;
import org.koegura.sipproxy.transport.Hop;

/// Several servers of one neighbour.
class NeighbourTest {

    private static final Hop FIRST = hop("192.0.2.20");
    private static final Hop SECOND = hop("192.0.2.21");
    private static final Hop BACKUP = hop("192.0.2.30");

    private final Neighbour pbx = new Neighbour(
            List.of(server("first.example", 0, 1), server("second.example", 0, 3), server("backup.example", 2, 1)),
            located(Map.of("first.example", FIRST, "second.example", SECOND, "backup.example", BACKUP)));

    private static Hop hop(String address) {
        return Hop.udp(new InetSocketAddress(InetAddress.ofLiteral(address), 5060));
    }

    private static Server server(String host, int priority, int weight) {
        return new Server(new Sought(host, 5060, null, false), priority, weight);
    }

    private static Function<Server, Found> located(Map<String, Hop> hops) {
        return server ->
                Found.at(List.of(Objects.requireNonNull(hops.get(server.sought().host()))));
    }

    private List<Hop> drawn(String callId) {
        return pbx.drawn(new SplittableRandom(callId.hashCode()));
    }

    private void down(int place) {
        Member member = pbx.members().get(place);
        member.learn(member.hops().getFirst(), Health.Event.MISSED);
        member.learn(member.hops().getFirst(), Health.Event.MISSED);
    }

    @Test
    void callsAreSharedByWeightAmongTheBestAndTheBackupComesLast() {
        int calls = 20_000;
        Map<Hop, Long> firsts = IntStream.range(0, calls)
                .mapToObj(i -> drawn(new UUID(i, 7L * i) + "@example.com"))
                .peek(order -> assertThat(order).hasSize(3).endsWith(BACKUP))
                .collect(Collectors.groupingBy(List::getFirst, Collectors.counting()));
        assertThat(firsts.getOrDefault(FIRST, 0L) / (double) calls).isCloseTo(0.25, within(0.02));
        assertThat(firsts.getOrDefault(SECOND, 0L) / (double) calls).isCloseTo(0.75, within(0.02));
    }

    @Test
    void whereACallFailedNoOtherIsBroughtUnlessEveryServerIsOut() {
        pbx.members().forEach(member -> member.isWatched(_ -> {}));
        pbx.failed(FIRST);
        assertThat(drawn("one@example.com")).containsExactly(SECOND, BACKUP);
        pbx.failed(BACKUP);
        assertThat(drawn("one@example.com")).containsExactly(SECOND);
        pbx.failed(SECOND);
        assertThat(drawn("one@example.com")).containsExactlyInAnyOrder(FIRST, SECOND, BACKUP);
    }

    @Test
    void callsTellNothingOfAServerThatNobodyAsksWhetherItIsBack() {
        pbx.failed(FIRST);
        assertThat(drawn("one@example.com")).contains(FIRST);
    }

    @Test
    void ofManyCallsThatFailOnlyTheFirstIsTold() {
        List<Hop> told = new ArrayList<>();
        pbx.members().forEach(member -> member.isWatched(told::add));
        pbx.failed(FIRST);
        pbx.failed(FIRST);
        assertThat(told).containsExactly(FIRST);
    }

    @Test
    void whatBelongsToOneCallTakesOneWay() {
        assertThat(IntStream.range(0, 50)
                        .mapToObj(_ -> drawn("one@example.com"))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void whoIsDownIsLeftOutUntilEverybodyIs() {
        down(0);
        assertThat(drawn("a@example.com")).containsExactly(SECOND, BACKUP);
        down(1);
        assertThat(drawn("a@example.com")).containsExactly(BACKUP);
        down(2);
        assertThat(drawn("a@example.com")).containsExactlyInAnyOrder(FIRST, SECOND, BACKUP);
    }

    @Test
    void everyAddressOfEveryServerIsTheNeighbours() {
        Neighbours between = new Neighbours(pbx, Neighbour.at(hop("198.51.100.1")));
        for (Hop hop : List.of(FIRST, SECOND, BACKUP)) {
            assertThat(between.isUpstream(
                            Hop.udp(new InetSocketAddress(hop.address().getAddress(), 40_000))))
                    .isTrue();
            assertThat(between.isStranger(hop)).isFalse();
        }
    }

    @Test
    void aNameThatMovedIsFollowedAndOneThatIsNotFoundStays() {
        Member first = pbx.members().getFirst();
        Hop moved = hop("192.0.2.40");
        first.isAt(Found.at(List.of(moved)));
        assertThat(pbx.hops()).contains(moved).doesNotContain(FIRST);
        first.isAt(Found.at(List.of()));
        assertThat(pbx.hops()).contains(moved);
    }

    @Test
    void halfAnAnswerOnlyAddsToWhereANeighbourIs() {
        Member first = pbx.members().getFirst();
        Hop third = hop("192.0.2.41");
        first.isAt(Found.at(List.of(FIRST, hop("192.0.2.40"))));
        first.isAt(new Found(Found.at(List.of(third)).places(), false, false));
        assertThat(pbx.hops()).contains(FIRST, hop("192.0.2.40"), third);
        first.isAt(new Found(Found.at(List.of(FIRST)).places(), false, false));
        assertThat(pbx.hops()).contains(FIRST, hop("192.0.2.40")).doesNotContain(third);
        first.isAt(Found.at(List.of(third)));
        assertThat(pbx.hops()).contains(third).doesNotContain(FIRST);
    }

    @Test
    void whereTheWholeIsNeverToldANameThatMovedIsFollowedToo() {
        Member first = pbx.members().getFirst();
        Member member =
                new Member(first.server(), new Found(Found.at(List.of(FIRST)).places(), false, false));
        member.isAt(new Found(Found.at(List.of(SECOND)).places(), false, false));
        assertThat(member.hops()).containsExactly(SECOND);
    }

    /// One of its servers has no address yet: whoever calls from there is not nobody.
    @Test
    void aNameOfWhichANameServerToldHalfIsNotFoundYetAndKeepsWhatWasTold() {
        Found half = new Found(Found.at(List.of(FIRST)).places(), false, true);
        Neighbour found = new Neighbour(List.of(server("pbx.example", 0, 1)), _ -> half);
        Neighbours alone = new Neighbours(found, null);
        Member member = found.members().getFirst();
        assertThat(found.hops()).containsExactly(FIRST);
        assertThat(alone.mayBeUpstream(SECOND)).isTrue();
        assertThat(alone.mayBeUpstream(FIRST)).isFalse();
        member.isAt(new Found(Found.at(List.of(SECOND)).places(), false, true));
        assertThat(found.hops()).as("the other half").containsExactly(FIRST, SECOND);
        assertThat(alone.mayBeUpstream(BACKUP)).isTrue();
        member.isAt(new Found(Found.at(List.of(BACKUP)).places(), false, false));
        assertThat(found.hops()).as("an answer that knows less").containsExactly(SECOND, BACKUP);
        assertThat(alone.mayBeUpstream(FIRST)).isTrue();
        member.isAt(Found.at(List.of(FIRST, SECOND)));
        assertThat(alone.mayBeUpstream(BACKUP)).isFalse();
        member.isAt(half);
        assertThat(alone.mayBeUpstream(BACKUP)).as("it was told before").isFalse();
        assertThat(found.hops()).contains(FIRST, SECOND);
    }

    /// Where the other family is never told, an address that moved must not be believed for ever.
    @Test
    void anAddressThatHalfAnswersTellNoMoreIsNobodysAfterTheNextOne() {
        Found half = new Found(Found.at(List.of(FIRST)).places(), false, true);
        Neighbour moved = new Neighbour(List.of(server("pbx.example", 0, 1)), _ -> half);
        Found after = new Found(Found.at(List.of(SECOND)).places(), false, true);
        moved.members().getFirst().isAt(after);
        moved.members().getFirst().isAt(after);
        assertThat(moved.hops()).containsExactly(SECOND);
        assertThat(new Neighbours(moved, null).mayBeUpstream(FIRST)).isTrue();
    }

    /// Name servers in small routers know no SRV, for ever.
    @Test
    void aNameOfWhichOnlyTheQuestionForServersIsNotAnsweredIsFound() {
        Found withoutSrv = new Found(Found.at(List.of(FIRST)).places(), false, false);
        Neighbour found = new Neighbour(List.of(server("pbx.example", 0, 1)), _ -> withoutSrv);
        assertThat(new Neighbours(found, null).mayBeUpstream(SECOND)).isFalse();
    }

    @Test
    void anAddressThatBecameTheTrunksTooIsOutside() {
        Neighbour trunk = Neighbour.at(hop("198.51.100.1"));
        Neighbours between = new Neighbours(pbx, trunk);
        trunk.members().getFirst().isAt(Found.at(List.of(FIRST)));
        assertThat(between.isUpstream(FIRST)).isFalse();
        assertThat(between.isTrunk(FIRST)).isTrue();
    }
}
