package org.koegura.sipproxy.proxy;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.sipproxy.message.Brackets;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.Replaces;
import org.koegura.sipproxy.message.Via;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Mark;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.transport.Hop;

/// The passages of all calls that are up. Safe from any thread; bounded by the calls that are let in,
/// and by [Passage#INVITES_MAX] a call.
final class Passages {

    private final Map<String, Passage> byName = new ConcurrentHashMap<>();
    private final Map<String, List<Passage>> byCallId = new ConcurrentHashMap<>();
    private final Map<String, Invited> byBranch = new ConcurrentHashMap<>();
    private final OwnAddress own;
    private final Branches branches;

    Passages(OwnAddress own, Branches branches) {
        this.own = own;
        this.branches = branches;
    }

    /// An INVITE that we sent on, the first of its call or a later one.
    ///
    /// @param answerer leg that responses to it come in on
    record Invited(Passage passage, Leg answerer) {}

    void add(Passage passage) {
        byName.put(passage.name(), passage);
        byCallId.merge(
                passage.callId(),
                List.of(passage),
                (before, added) ->
                        Stream.concat(before.stream(), added.stream()).toList());
    }

    /// An INVITE of a passage goes on under that branch: a 2xx to it may come again when its
    /// transaction is gone.
    void invited(Passage passage, String branch, Leg answerer) {
        byBranch.put(branch, new Invited(passage, answerer));
        String forgotten = passage.remember(branch);
        if (forgotten != null) {
            byBranch.remove(forgotten);
        }
        if (byName.get(passage.name()) != passage) {
            byBranch.remove(branch); // a late try of a call that is over: nobody would remove it
        }
    }

    /// The call of that passage is over.
    void remove(String name) {
        Passage passage = byName.remove(name);
        if (passage != null) {
            passage.branches().forEach(byBranch::remove);
            byCallId.computeIfPresent(passage.callId(), (_, all) -> {
                List<Passage> others =
                        all.stream().filter(other -> other != passage).toList();
                return others.isEmpty() ? null : others;
            });
        }
    }

    /// The passage that a Route of ours named, of the same call, or, where none names any, whose dialog it is; null
    /// where it is over, or was before a restart.
    ///
    /// @param source address that its signalling came from
    @Nullable
    Passage of(Mark mark, WireMessage request, InetAddress source) throws MessageFault {
        String name = mark.passage();
        if (name == null) {
            return withoutRoute(request, source);
        }
        Passage passage = byName.get(name);
        return passage != null && passage.isOf(request) ? passage : null;
    }

    /// A party that did not keep our Record-Route sends its requests here all the same where it knows nobody else. Who
    /// is at another address than that party is none, whatever he knows of the dialog. A second passage of the same
    /// call comes after the first.
    private @Nullable Passage withoutRoute(WireMessage request, InetAddress source) throws MessageFault {
        for (Passage passage : byCallId.getOrDefault(request.callId(), List.of())) {
            if (passage.isSentBy(request, source)) {
                return passage;
            }
        }
        return null;
    }

    /// The first passage of the call whose dialog is named; null where none is up. Its tags cannot be guessed, so that
    /// nobody names another's call.
    @Nullable
    Passage inDialog(Replaces named) {
        for (Passage passage : byName.values()) {
            if (!passage.isSecond() && passage.hasDialog(named)) {
                return passage;
            }
        }
        return null;
    }

    /// The INVITE that went on under that branch.
    @Nullable
    Invited ofBranch(@Nullable String branch) {
        return branch == null ? null : byBranch.get(branch);
    }

    /// The passage that this INVITE took through us before; null where it comes for the first time. A
    /// fork of the same call beside it is not one: it carries the Via of the forking proxy, not ours.
    @Nullable
    Passage enclosing(WireMessage invite) throws MessageFault {
        for (Via via : invite.vias()) {
            Invited invited = own.wrote(via) ? ofBranch(via.branch()) : null;
            if (invited != null && invited.passage().beganWith(invite)) {
                return invited.passage();
            }
        }
        return null;
    }

    /// Whether a request goes round in a circle (RFC 3261 §16.3 item 4).
    ///
    /// In a dialog the Request-URI is the same each time it passes, and who else stands in the dialog may
    /// send it here more than once; but then its Route gets shorter. So there only one without a Route is
    /// looked at.
    boolean circles(WireMessage request, Hop source, Neighbours neighbours) throws MessageFault {
        boolean led =
                !request.to().tag().isEmpty() && !request.addresses("route").isEmpty();
        return !led && sentBefore(request, source, neighbours);
    }

    /// Whether the same peer sent this request here before, for the same Request-URI: then it goes
    /// round in a circle (RFC 3261 §16.3 item 4). A request that was sent on to another number in
    /// between is a spiral, and may pass.
    ///
    /// A stranger between PBX and trunk is the same by its host: it is an address of the PBX that nobody told us
    /// of. Others are by their port too: telephone and registrar may share a host.
    private boolean sentBefore(WireMessage request, Hop source, Neighbours neighbours) throws MessageFault {
        boolean anyPort = neighbours.isStranger(source);
        List<Via> vias = request.vias();
        String host = Brackets.off(ProxyEdits.bracketed(source.address().getAddress()));
        for (int i = 0; i + 1 < vias.size(); i++) {
            Via before = vias.get(i + 1);
            if (own.wrote(vias.get(i))
                    && branches.isOf(vias.get(i).branch(), request, before)
                    && Brackets.off(before.responseHost()).equals(host)
                    && (anyPort || before.responsePort() == source.address().getPort())) {
                return true;
            }
        }
        return false;
    }
}
