package org.koegura.sipproxy.telephone;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.code.Feature;
import org.koegura.callmodel.code.FeatureCodes;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.MediaPlane;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.callmodel.port.ToneSession;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Replies;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.numbers.Extension;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.telephone.CodeDeeds.Deed;
import org.koegura.sipproxy.telephone.CodeMeters.Outcome;
import org.koegura.sipproxy.transaction.ServerTransaction;
import org.koegura.sipproxy.transaction.Transactions;
import org.koegura.sipproxy.transport.Seldom;
import org.koegura.sipproxy.transport.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers whoever dials a code and nothing else (F2). A code is never sent on, whoever dials it.
///
/// Works on the lane of the Call-ID; [#close] from any thread.
public final class CodeCalls {

    private static final Logger LOG = LoggerFactory.getLogger(CodeCalls.class);

    /// Each lasts a second, as a rule.
    private static final int DIALOGS_MAX = 256;

    /// Whoever dials codes all day does not fill the journal: what is not told there is counted.
    private static final Duration REFUSALS_TOLD_EACH = Duration.ofSeconds(10);

    private static final int REFUSALS_TOLD_MAX = 8;
    private static final Pattern ESCAPED = Pattern.compile("%([0-9a-fA-F]{2})");

    private final Settings settings;
    private final boolean heeded;
    private final CodeMeters meters;
    private final CodeDeeds deeds;
    private final NoticeDesk desk;
    private final MediaPlane media;
    private final Journal journal;
    private final BooleanSupplier refusing;
    private final CodeDialog.Surroundings around;
    private final Clock clock;
    private final RandomGenerator random;
    private final Seldom<String> told = new Seldom<>(REFUSALS_TOLD_EACH, REFUSALS_TOLD_MAX, System::nanoTime);
    private final Map<String, CodeDialog> dialogs = new ConcurrentHashMap<>();

    /// What may be set.
    ///
    /// @param groundText what an exemption on ground 3 says; null: it is refused
    public record Settings(FeatureCodes codes, @Nullable String groundText) {

        /// The usual codes, ground 3 not among them.
        public static final Settings USUAL = new Settings(FeatureCodes.STANDARD, null);
    }

    /// What it is joined with.
    ///
    /// @param refusing whether no new calls are let in
    public record House(
            Armed armed,
            LastCalls last,
            NoticeDesk desk,
            MediaPlane media,
            Journal journal,
            MeterRegistry metrics,
            BooleanSupplier refusing) {}

    /// @param random makes tags and branches, from many threads at once
    public CodeCalls(
            Settings settings,
            House house,
            OwnAddress own,
            Transports transports,
            Transactions transactions,
            Alarms alarms,
            Clock clock,
            RandomGenerator random) {
        this.settings = settings;
        this.meters = new CodeMeters(house.metrics());
        this.desk = house.desk();
        this.heeded = desk.entitlesAny();
        this.media = house.media();
        this.journal = house.journal();
        this.refusing = house.refusing();
        this.around = new CodeDialog.Surroundings(own, transports, transactions, alarms, this::name);
        this.clock = clock;
        this.random = random;
        this.deeds = new CodeDeeds(house.armed(), house.last(), meters, alarms);
        meters.armed(house.armed()::count);
    }

    private String name() {
        byte[] bits = new byte[12];
        random.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    /// What a request outside of a dialog asks for, if its Request-URI is a code; else null. Where no line may use
    /// codes
    /// there are none, and such numbers are the PBX's.
    public @Nullable Feature feature(WireMessage request) throws MessageFault {
        return heeded && request.to().tag().isEmpty()
                ? settings.codes().dialled(number(request.request().uri()))
                : null;
    }

    /// Whether a request asks somebody else to dial a code. What cannot be read asks for nothing.
    public boolean refersToCode(WireMessage request) {
        if (!heeded || !request.request().method().equals("REFER")) {
            return false;
        }
        try {
            return request.addresses("refer-to").stream()
                    .anyMatch(to -> settings.codes().dialled(number(to.uri())) != null);
        } catch (MessageFault unreadable) {
            return false;
        }
    }

    /// Who is dialled; any of it may be escaped (RFC 3261 §19.1.2).
    private static String number(String uri) {
        SipUri sip = SipUri.parse(uri);
        boolean telephone = uri.toLowerCase(Locale.ROOT).startsWith("tel:");
        String whole = sip != null ? sip.user() : telephone ? uri.substring("tel:".length()) : "";
        int parameters = whole.indexOf(';');
        String user = parameters < 0 ? whole : whole.substring(0, parameters);
        return ESCAPED.matcher(user)
                .replaceAll(
                        octet -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(octet.group(1), 16))));
    }

    /// Answers an INVITE to a code.
    ///
    /// @param telephone whose telephone it is; null where it is none of ours inside
    /// @return whether a 2xx went out
    public boolean invited(ServerTransaction transaction, Feature feature, @Nullable Party telephone)
            throws MessageFault {
        Ground ground = feature.ground();
        if (telephone == null) {
            return refuse(transaction, feature, Outcome.NOT_INSIDE, 403, "Forbidden", "outside");
        }
        String author = Extension.author(telephone);
        if (author == null || !desk.entitles(telephone)) {
            return refuse(transaction, feature, Outcome.NOT_ENTITLED, 403, "Forbidden", author);
        }
        if (ground == null && feature != Feature.PRESERVE) {
            return refuse(transaction, feature, Outcome.NOT_HERE, 404, "Not Found", author);
        }
        String text = ground == Ground.SPECIAL ? settings.groundText() : null;
        if (ground == Ground.SPECIAL && text == null) {
            return refuse(transaction, feature, Outcome.NO_TEXT, 403, "Forbidden", author);
        }
        if (dialogs.size() >= DIALOGS_MAX || refusing.getAsBoolean()) {
            return refuse(transaction, feature, Outcome.UNAVAILABLE, 503, "Service Unavailable", author);
        }
        Deed deed = ground == null
                ? deeds.preserve(author)
                : deeds.arm(
                        telephone, new Exemption(ground, text, author, clock.instant(), Exemption.Channel.TELEPHONE));
        return answer(transaction, feature, author, deed);
    }

    private boolean answer(ServerTransaction transaction, Feature feature, String author, Deed deed)
            throws MessageFault {
        WireMessage invite = transaction.request();
        if (invite.count("contact") != 1) {
            return refuse(transaction, feature, Outcome.NO_MEDIA, 400, "Bad Request", author);
        }
        InetAddress at = transaction.source().address().getAddress();
        ToneSession tone;
        try {
            tone = media.tone(at);
        } catch (MediaPlane.NoFreePort none) {
            return refuse(transaction, feature, Outcome.UNAVAILABLE, 503, "Service Unavailable", author);
        }
        CodeDialog dialog = null;
        boolean answered = false;
        try {
            ToneOffer offer = ToneOffer.of(invite, at, tone::speaks);
            if (offer == null) {
                return refuse(transaction, feature, Outcome.NO_MEDIA, 488, "Not Acceptable Here", author);
            }
            Outcome failed = deed.begin(invite);
            if (failed == Outcome.NOTHING_KEPT) {
                return refuse(transaction, feature, failed, 404, "Not Found", author);
            }
            if (failed != null) {
                return refuse(transaction, feature, failed, 503, "Service Unavailable", author);
            }
            tone.expect(offer.rtp(), at);
            dialog = dialog(transaction, offer, tone, feature, deed);
            dialog.answer(transaction);
            answered = true;
        } finally {
            if (!answered && dialog != null) {
                dialog.end();
            } else if (!answered) {
                tone.close();
                deed.unheard();
            }
        }
        return true;
    }

    private CodeDialog dialog(
            ServerTransaction transaction, ToneOffer offer, ToneSession tone, Feature feature, Deed deed)
            throws MessageFault {
        WireMessage invite = transaction.request();
        String tag = name();
        List<String> lines = new ArrayList<>();
        invite.elementTexts("record-route").forEach(route -> lines.add("Record-Route: " + route));
        lines.add("Contact: <" + around.own().contact("code", transaction.source()) + ">");
        lines.add("Allow: INVITE, ACK, BYE, CANCEL, OPTIONS");
        byte[] sdp = offer.answer(tone.local(), random.nextLong() >>> 1);
        WireMessage ok = Replies.described(invite, tag, lines, sdp);
        String key = key(invite.callId(), tag);
        CodeDialog dialog = new CodeDialog(around, transaction, tag, offer, tone, ok, new Settles(feature, deed, key));
        dialogs.put(key, dialog);
        return dialog;
    }

    /// What is done when a dialog comes so far.
    private final class Settles implements CodeDialog.Outcome {

        private final Feature feature;
        private final Deed deed;
        private final String key;

        Settles(Feature feature, Deed deed, String key) {
            this.feature = feature;
            this.deed = deed;
            this.key = key;
        }

        @Override
        public void heard() {
            meters.dialled(feature, deed.heard());
            LOG.info("telephone.code.done feature={}", feature.word());
        }

        @Override
        public void unheard() {
            deed.unheard();
            meters.dialled(feature, Outcome.UNHEARD);
            LOG.info("telephone.code.unheard feature={}", feature.word());
        }

        @Override
        public void over() {
            dialogs.remove(key);
        }
    }

    private boolean refuse(
            ServerTransaction transaction,
            Feature feature,
            Outcome outcome,
            int status,
            String reason,
            @Nullable String who)
            throws MessageFault {
        meters.dialled(feature, outcome);
        String subject = who == null ? "inside" : who;
        if (told.mayTell(subject + outcome)) {
            LOG.warn("telephone.code.refused feature={} why={}", feature.word(), outcome.word());
            try {
                journal.append(new JournalEntry(
                        clock.instant(),
                        "system",
                        "code.refused",
                        subject,
                        Map.of("feature", feature.word(), "why", outcome.word())));
            } catch (Journal.JournalFault | RuntimeException fault) { // nothing was done that it must tell
                LOG.error("telephone.journal.failed act={}", "code.refused", fault);
            }
        }
        transaction.respond(Replies.response(transaction.request(), status, reason, name(), List.of()));
        return false;
    }

    /// Whether a request is an INFO that asks to be recorded, or not to be, as some telephones send it for a key.
    public static boolean asksToRecord(WireMessage request) {
        return request.request().method().equals("INFO") && request.count("record") > 0;
    }

    /// Answers such a request of an inside telephone by what is so: it changes nothing. A key cannot start what needs a
    /// notice, and cannot end or pause what needs a person and a reason (R9).
    public void askedToRecord(ServerTransaction transaction, LiveCall call) throws MessageFault {
        String wish = transaction.request().valueOrEmpty("record").strip().toLowerCase(Locale.ROOT);
        boolean kept = call.unrecorded() == null && call.pausedUntil() == null && call.stage() != Stage.ENDING;
        boolean agreed = wish.equals(kept ? "on" : "off");
        boolean understood = wish.equals("on") || wish.equals("off");
        meters.askedToRecord(agreed);
        int status = agreed ? 200 : understood ? 403 : 400;
        String reason = agreed ? "OK" : understood ? "Forbidden" : "Bad Request";
        transaction.respond(Replies.response(transaction.request(), status, reason, name(), List.of()));
    }

    private static String key(String callId, String tag) {
        return tag + callId;
    }

    private @Nullable CodeDialog dialog(WireMessage request) throws MessageFault {
        String tag = request.to().tag();
        return tag.isEmpty() || dialogs.isEmpty() ? null : dialogs.get(key(request.callId(), tag));
    }

    /// Takes an ACK, if it acknowledges one of our answers.
    ///
    /// @return whether it does
    public boolean acknowledged(WireMessage ack) throws MessageFault {
        CodeDialog dialog = dialog(ack);
        if (dialog != null) {
            dialog.acknowledged();
        }
        return dialog != null;
    }

    /// A CANCEL came, which may mean one of our INVITEs.
    public void cancelled(WireMessage cancel) throws MessageFault {
        for (CodeDialog dialog : dialogs.values()) {
            if (dialog.isCancelledBy(cancel)) {
                dialog.cancelled();
            }
        }
    }

    /// Answers a request within one of our dialogs: nothing changes in it but that a BYE ends it.
    ///
    /// @return whether it is one
    public boolean requested(ServerTransaction transaction) throws MessageFault {
        WireMessage request = transaction.request();
        CodeDialog dialog = dialog(request);
        if (dialog == null) {
            return false;
        }
        String tag = request.to().tag();
        switch (request.request().method()) {
            case "BYE" -> {
                dialog.end(); // before it is told so
                transaction.respond(Replies.response(request, 200, "OK", tag, List.of()));
            }
            case "OPTIONS" -> transaction.respond(Replies.response(request, 200, "OK", tag, List.of()));
            case "INVITE", "UPDATE" ->
                transaction.respond(Replies.response(request, 488, "Not Acceptable Here", tag, List.of()));
            default -> transaction.respond(Replies.response(request, 501, "Not Implemented", tag, List.of()));
        }
        return true;
    }

    /// How many are up.
    public int count() {
        return dialogs.size();
    }

    /// Frees what they hold.
    public void close() {
        List.copyOf(dialogs.values()).forEach(CodeDialog::end);
    }
}
