package org.koegura.console;

import java.time.ZoneId;
import java.util.List;
import org.koegura.console.page.CallRow;
import org.koegura.console.page.Words;
import org.koegura.governance.Act;
import org.koegura.governance.Answer;
import org.koegura.governance.Door;
import org.koegura.governance.account.Session;

/// The live calls as rows for one reader: asked of the door each time, so that a post that ended shows at once.
final class LiveList {

    private final Door door;
    private final ZoneId zone;

    LiveList(Door door, ZoneId zone) {
        this.door = door;
        this.zone = zone;
    }

    /// The rows, oldest call first, or why there are none.
    Answer<List<CallRow>> rows(Session session, Words words) {
        CallRow.Offers offers = new CallRow.Offers(
                door.offers(session, Act.EXEMPT),
                door.offers(session, Act.ATTEST),
                door.offers(session, Act.REPLAY),
                door.offers(session, Act.PAUSE),
                door.offers(session, Act.OBJECT),
                door.offers(session, Act.PRESERVE));
        return door.liveCalls(session)
                .map(lines -> lines.stream()
                        .map(line -> CallRow.of(line, words, zone, offers))
                        .toList());
    }
}
