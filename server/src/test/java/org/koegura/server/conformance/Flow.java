package org.koegura.server.conformance;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// What two parties say to each other: `flows/NAME-caller.xml` and `flows/NAME-callee.xml` beside [Sipp]. The lines
/// that
/// are the same in all of them stand here and are filled in.
///
/// [Sipp]: org.koegura.server.peer.Sipp
enum Flow {
    CALL,
    TIMER,
    EARLY,
    REFUSED,
    CANCEL,
    CROSSING,
    HOLD,
    LATE,
    GLARE,
    TRANSFER;

    private static final String OUT = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n";
    private static final String CONTACT = "Contact: <sip:me@[local_ip]:[local_port]>";
    private static final String FROM = "<sip:0990111@example.com>";
    private static final String TO = "<sip:0312345678@example.com>";
    private static final String ENDS = "Max-Forwards: 70\nCall-ID: [call_id]\n" + CONTACT;
    private static final String CALLER_TAG = ";tag=[pid]caller[call_number]";
    private static final String CALLEE_TAG = ";tag=[pid]callee[call_number]";
    private static final String SAVED = "Via:[$via]\nVia:[$below]\nRecord-Route:[$route]\nFrom:[$from]\nTo:[$to]";

    String caller() {
        return file("caller");
    }

    String callee() {
        return file("callee");
    }

    private String file(String who) {
        return "flows/" + name().toLowerCase(Locale.ROOT) + "-" + who;
    }

    /// What stands in every scenario as `@BLANK@`.
    ///
    /// @param uri whom the caller calls
    Map<String, String> blanks(String uri) {
        return blanks(uri, FROM, TO);
    }

    /// The same of other identities.
    static Map<String, String> blanks(String uri, String from, String to) {
        String parties = "From: " + from + CALLER_TAG + "\nTo: " + to;
        Map<String, String> blanks = new HashMap<>();
        blanks.put("URI", uri);
        blanks.put("PARTIES", parties);
        blanks.put("FIRST", OUT + parties + "\n" + ENDS);
        blanks.put("INSIDE", OUT + "[routes]\n" + parties + "[peer_tag_param]\n" + ENDS);
        blanks.put("BACK", OUT + "[routes]\nFrom:[$to]" + CALLEE_TAG + "\nTo:[$from]\n" + ENDS);
        blanks.put("REPLY", reply("[last_To:]") + CONTACT);
        blanks.put("REPLY_TAGGED", reply("[last_To:]" + CALLEE_TAG) + CONTACT);
        blanks.put("REFUSAL", reply("[last_To:]" + CALLEE_TAG).strip());
        blanks.put("REPLY_SAVED", SAVED + CALLEE_TAG + "\nCall-ID: [call_id]\nCSeq: 1 INVITE\n" + CONTACT);
        blanks.put("SDP", description(1, "sendrecv"));
        blanks.put("SDP_HOLD", description(2, "sendonly"));
        blanks.put("SDP_HELD", description(2, "recvonly"));
        blanks.put("SDP_AGAIN", description(3, "sendrecv"));
        return blanks;
    }

    private static String reply(String to) {
        return "[last_Via:]\n[last_Record-Route:]\n[last_From:]\n" + to + "\n[last_Call-ID:]\n[last_CSeq:]\n";
    }

    private static String description(int version, String direction) {
        return String.join(
                "\n",
                "v=0",
                "o=- 53655765 " + version + " IN IP[media_ip_type] [media_ip]",
                "s=-",
                "c=IN IP[media_ip_type] [media_ip]",
                "t=0 0",
                "m=audio [media_port] RTP/AVP 0",
                "a=rtpmap:0 PCMU/8000",
                "a=ptime:20",
                "a=" + direction);
    }
}
