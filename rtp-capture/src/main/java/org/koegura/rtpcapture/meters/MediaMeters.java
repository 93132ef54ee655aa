package org.koegura.rtpcapture.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.koegura.audio.FaxEar;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.rtpcapture.quality.QualityMeters;

/// What is counted of media beside the packet path. Every meter exists from 0. Safe from any thread.
///
/// The packets of accounts reconcile at the end of every call, to the packet (R8):
/// `received = recorded + lost + the sum of withheld`.
public final class MediaMeters {

    private final Counter notStored;
    private final QualityMeters quality;
    private final Counter faults;
    private final Map<Leg, OfLeg> legs = new EnumMap<>(Leg.class);

    public MediaMeters(MeterRegistry registry) {
        quality = new QualityMeters(registry);
        notStored = Counter.builder(RelayCounters.GAP_PACKETS)
                .description(RelayCounters.GAP_PACKETS_MEANING)
                .tag("reason", word(Gap.Reason.STORE_FAILED))
                .register(registry);
        faults = Counter.builder("koegura.faults")
                .description("Faults of Koegura itself that were caught, by place; each is worth a report.")
                .tag("where", "media")
                .register(registry);
        for (Leg leg : Leg.values()) {
            legs.put(leg, new OfLeg(leg, registry));
        }
    }

    /// The meters of one leg.
    private static final class OfLeg {
        final Counter received;
        final Counter recorded;
        final Counter lost;
        final Map<Withheld, Counter> withheld = new EnumMap<>(Withheld.class);
        final Map<FaxEar.Tone, Counter> faxes = new EnumMap<>(FaxEar.Tone.class);

        OfLeg(Leg leg, MeterRegistry registry) {
            received = account(
                    registry, "received", leg, "RTP packets admitted, of ended calls: recorded, lost, or withheld.");
            recorded = account(registry, "recorded", leg, "RTP packets of ended calls that are in a recording.");
            lost = account(registry, "lost", leg, "RTP packets of ended calls that capture was to keep and did not.");
            for (Withheld why : Withheld.values()) {
                withheld.put(why, withheld(registry, leg, why));
            }
            for (FaxEar.Tone tone : FaxEar.Tone.values()) {
                faxes.put(tone, fax(registry, leg, tone));
            }
        }

        private static Counter account(MeterRegistry registry, String what, Leg leg, String meaning) {
            return Counter.builder("koegura.capture.packets." + what)
                    .description(meaning)
                    .tag("leg", word(leg))
                    .register(registry);
        }

        private static Counter fax(MeterRegistry registry, Leg leg, FaxEar.Tone tone) {
            return Counter.builder("koegura.fax.heard")
                    .description("Calls in whose audio a fax machine or a modem was heard, by what gave it away.")
                    .tags("leg", word(leg), "tone", word(tone))
                    .register(registry);
        }

        private static Counter withheld(MeterRegistry registry, Leg leg, Withheld why) {
            return Counter.builder("koegura.capture.packets.withheld")
                    .description("RTP packets of ended calls that arrived while capture was off, by reason.")
                    .tags("leg", word(leg), "reason", word(why))
                    .register(registry);
        }
    }

    /// Packets that the store did not take.
    public void notStored(long packets) {
        notStored.increment((double) packets);
    }

    /// Something went wrong in ourselves while a packet or a command was worked on, and was caught.
    public void fault() {
        faults.increment();
    }

    /// A fax machine or a modem was heard on that leg.
    public void faxHeard(Leg leg, FaxEar.Tone tone) {
        Objects.requireNonNull(of(leg).faxes.get(tone)).increment();
    }

    public QualityMeters quality() {
        return quality;
    }

    /// A call is over: these are its accounts.
    public void over(MediaReport report) {
        for (StreamAccount account : report.accounts()) {
            OfLeg leg = of(account.leg());
            leg.received.increment((double) account.received());
            leg.recorded.increment((double) account.recorded());
            leg.lost.increment((double) account.lost());
            account.withheld()
                    .forEach((why, packets) ->
                            Objects.requireNonNull(leg.withheld.get(why)).increment((double) packets));
        }
    }

    private OfLeg of(Leg leg) {
        return Objects.requireNonNull(legs.get(leg));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
