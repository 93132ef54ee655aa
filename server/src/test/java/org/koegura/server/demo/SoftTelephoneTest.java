package org.koegura.server.demo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.koegura.server.evidence.Speech;

class SoftTelephoneTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void twoTelephonesTalkThroughTheExchange() throws Exception {
        try (DemoExchange exchange = new DemoExchange(LOOPBACK, new Random(1));
                SoftTelephone staff = telephone("201", exchange, 2);
                SoftTelephone citizen = telephone("0120000000", exchange, 3)) {
            exchange.start();
            staff.start();
            citizen.start();
            assertThat(staff.register()).isTrue();
            AtomicInteger rang = new AtomicInteger();
            CompletableFuture<SoftCall> dialled = dial(citizen, rang);
            SoftCall atStaff = requireNonNull(staff.incoming(5_000));
            assertThat(atStaff.answer()).isTrue();
            SoftCall atCitizen = dialled.get();
            assertThat(rang).hasValue(1);

            short[] speech = Speech.spoken("staff-1");
            atStaff.talk.say(speech);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> Correlation.of(speech, atCitizen.talk.heard()).value() > 0.9);
            assertThat(atCitizen.hangUp()).isTrue();
            assertThat(atStaff.awaitEnd(5_000)).isTrue();
        }
    }

    @Test
    void aNumberThatNobodyRegisteredIsNotPutThrough() throws Exception {
        try (DemoExchange exchange = new DemoExchange(LOOPBACK, new Random(1));
                SoftTelephone citizen = telephone("0120000000", exchange, 3)) {
            exchange.start();
            citizen.start();
            assertThat(citizen.call("299", () -> {})).isNull();
        }
    }

    private static SoftTelephone telephone(String user, DemoExchange exchange, int seed) throws IOException {
        return new SoftTelephone(LOOPBACK, user, exchange.address(), exchange.address(), new Random(seed));
    }

    private static CompletableFuture<SoftCall> dial(SoftTelephone citizen, AtomicInteger rang) {
        CompletableFuture<SoftCall> dialled = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                dialled.complete(requireNonNull(citizen.call("201", rang::incrementAndGet)));
            } catch (IOException | InterruptedException | RuntimeException e) {
                dialled.completeExceptionally(e);
            }
        });
        return dialled;
    }
}
