package org.koegura.sipproxy.party;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.callmodel.Party;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.numbers.DialPlan;

class KnownPartyTest {

    private static final DialPlan PLAN = new DialPlan("0");
    private static final String CITIZEN = "<sip:+81312345678@carrier.example>";
    private static final String NATIONAL = "<sip:0312345678@pbx.example;user=phone>";
    private static final String OTHER = "<sip:+81398765432@carrier.example>";
    private static final String NOBODY = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";

    private static WireMessage request(String method, String from, String more) throws MessageFault {
        return message(method + " sip:201@192.0.2.1 SIP/2.0\r\n", from, "<sip:201@pbx.example>", "1 " + method, more);
    }

    private static WireMessage ok(String method, String more) throws MessageFault {
        return message("SIP/2.0 200 OK\r\n", "<sip:201@pbx.example>", NATIONAL, "1 " + method, more);
    }

    private static WireMessage message(String start, String from, String to, String cseq, String more)
            throws MessageFault {
        String text = start + "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\nFrom: " + from + ";tag=a\r\nTo: " + to
                + "\r\nCall-ID: 1@example\r\nCSeq: " + cseq + "\r\nMax-Forwards: 70\r\n" + more
                + "Content-Length: 0\r\n\r\n";
        return WireMessage.parse(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String asserted(String... addresses) {
        return "P-Asserted-Identity: " + String.join(", ", addresses) + "\r\n";
    }

    private static KnownParty caller(String from, String more) throws MessageFault {
        return KnownParty.calling(request("INVITE", from, more), PLAN);
    }

    private static KnownParty callee() throws MessageFault {
        return KnownParty.called(
                message(
                        "INVITE sip:00312345678@pbx.example SIP/2.0\r\n",
                        "<sip:201@pbx.example>",
                        NATIONAL,
                        "1 INVITE",
                        ""),
                PLAN);
    }

    @Test
    void theSameNamesAndNoneAreStillHim() throws MessageFault {
        KnownParty party = caller(CITIZEN, asserted(CITIZEN));
        assertThat(party.isAnother(request("INVITE", CITIZEN, ""))).isFalse();
        assertThat(party.isAnother(request("UPDATE", CITIZEN, asserted(CITIZEN))))
                .isFalse();
        assertThat(party.isAnother(ok("INVITE", ""))).isFalse();
    }

    @Test
    void anotherWritingAnotherHostAndASecondNumberAreStillHim() throws MessageFault {
        KnownParty party = caller(CITIZEN, asserted(CITIZEN));
        assertThat(party.isAnother(request("UPDATE", CITIZEN, asserted(NATIONAL))))
                .isFalse();
        assertThat(party.isAnother(request("UPDATE", CITIZEN, asserted("<tel:+81312345678>", OTHER))))
                .isFalse();
        assertThat(party.isAnother(request("UPDATE", CITIZEN, "Remote-Party-ID: " + NATIONAL + ";party=calling\r\n")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"P-Asserted-Identity,UPDATE", "Remote-Party-ID,INVITE"})
    void anotherNumberIsAnotherPartyOnceAndSoIsTheFirstWhenHeComesBack(String header, String method)
            throws MessageFault {
        KnownParty party = caller(CITIZEN, header + ": " + CITIZEN + "\r\n");
        WireMessage news = request(method, CITIZEN, header + ": " + OTHER + "\r\n");
        assertThat(party.isAnother(news)).isTrue();
        assertThat(party.isAnother(news)).as("again").isFalse();
        assertThat(party.isAnother(request(method, CITIZEN, ""))).isFalse();
        assertThat(party.isAnother(request(method, CITIZEN, header + ": " + CITIZEN + "\r\n")))
                .as("back")
                .isTrue();
    }

    @Test
    void aChangedFromIsAnotherParty() throws MessageFault {
        KnownParty party = caller(CITIZEN, "");
        assertThat(party.isAnother(request("UPDATE", OTHER, ""))).isTrue();
    }

    @Test
    void whatIsSaidForTheFirstTimeIsComparedWithAllThatIsKnown() throws MessageFault {
        assertThat(caller(CITIZEN, "").isAnother(request("UPDATE", CITIZEN, asserted(NATIONAL))))
                .isFalse();
        assertThat(caller(CITIZEN, "").isAnother(request("UPDATE", CITIZEN, asserted(OTHER))))
                .isTrue();
    }

    @Test
    void whoeverComesWithoutANameIsAnother() throws MessageFault {
        KnownParty party = caller(CITIZEN, asserted(CITIZEN));
        assertThat(party.isAnother(request("UPDATE", NOBODY, ""))).isTrue();
        assertThat(party.isAnother(request("UPDATE", NOBODY, ""))).isFalse();
        KnownParty nobody = caller(NOBODY, "");
        assertThat(nobody.isAnother(request("UPDATE", NOBODY, ""))).isFalse();
        assertThat(nobody.isAnother(request("UPDATE", NOBODY, asserted(CITIZEN))))
                .isTrue();
    }

    @Test
    void whoeverAnswersIsTheOneWhoIsTold() throws MessageFault {
        KnownParty dialled = callee();
        assertThat(dialled.answers(ok("INVITE", ""))).isFalse();
        assertThat(callee().answers(ok("INVITE", asserted(CITIZEN)))).isFalse();
        assertThat(callee().answers(ok("INVITE", asserted(NOBODY)))).isFalse();
        assertThat(dialled.isAnother(request("UPDATE", NATIONAL, asserted(CITIZEN))))
                .isFalse();
        KnownParty forwarded = callee();
        assertThat(forwarded.answers(ok("INVITE", asserted(OTHER)))).isTrue();
        assertThat(forwarded.isAnother(request("UPDATE", NATIONAL, asserted(OTHER))))
                .isFalse();
        assertThat(forwarded.isAnother(request("UPDATE", OTHER, ""))).isFalse();
        assertThat(forwarded.isAnother(ok("UPDATE", asserted(CITIZEN)))).isTrue();
    }

    /// A response has the From of whoever asked.
    @Test
    void fromInAResponseSaysNothing() throws MessageFault {
        assertThat(caller(CITIZEN, "").isAnother(ok("INVITE", ""))).isFalse();
    }

    @Test
    void whatCannotBeReadSaysNothing() throws MessageFault {
        KnownParty party = caller(CITIZEN, asserted(CITIZEN));
        assertThat(party.isAnother(request("UPDATE", CITIZEN, "P-Asserted-Identity: <<>\r\n")))
                .isFalse();
    }

    @Test
    void ofACallThatWasTakenUpHeIsWhoeverItsFactsName() throws MessageFault {
        KnownParty party = KnownParty.left(new Party("sip:0312345678@pbx.example", "+81312345678", null), PLAN);
        assertThat(party.isAnother(request("UPDATE", CITIZEN, asserted(NATIONAL))))
                .isFalse();
        assertThat(party.isAnother(request("UPDATE", CITIZEN, asserted(OTHER)))).isTrue();
        Party withheld = new Party("sip:anonymous@anonymous.invalid");
        assertThat(KnownParty.left(withheld, PLAN).isAnother(request("UPDATE", NOBODY, "")))
                .isTrue();
    }

    /// A network may show a number of its own in answers, and the city's number beside the caller's.
    @Test
    void answersAndRequestsMayDifferAndWhoIsCalledIsNotHim() throws MessageFault {
        KnownParty party = caller(CITIZEN, asserted(CITIZEN));
        assertThat(party.isAnother(ok("INVITE", asserted(OTHER)))).isTrue();
        for (int refresh = 0; refresh < 3; refresh++) {
            assertThat(party.isAnother(request("UPDATE", CITIZEN, asserted(CITIZEN))))
                    .isFalse();
            assertThat(party.isAnother(ok("INVITE", asserted(OTHER)))).isFalse();
        }
        String city = ", <sip:+81312340000@carrier.example>;party=called\r\n";
        KnownParty both = caller(CITIZEN, "Remote-Party-ID: " + CITIZEN + ";party=calling" + city);
        assertThat(both.isAnother(request("UPDATE", CITIZEN, "Remote-Party-ID: " + OTHER + ";party=calling" + city)))
                .isTrue();
    }
}
