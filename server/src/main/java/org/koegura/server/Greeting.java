package org.koegura.server;

import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import org.koegura.governance.account.Accounts;
import org.koegura.governance.account.Accounts.FirstPasswords;
import org.koegura.server.config.Config;
import org.koegura.server.config.NextHop;

/// What the operator reads when the product is up: where it listens, how to point a telephone at it, and the first
/// passwords, once.
final class Greeting {

    /// Fewer calls at once than the smallest site has.
    private static final int CALLS_FEW = 10;

    private Greeting() {}

    static void print(PrintWriter out, Config config, Product product) {
        out.println("Koegura is listening. Nothing is recorded before the other party was told.");
        out.println();
        List<Listener> listeners = product.listeners();
        int width = listeners.stream().mapToInt(one -> one.at().length()).max().orElse(1);
        String name = "SIP";
        for (Listener listener : listeners) {
            out.println(String.format("  %-10s ", name) + listener.row(width));
            name = "";
        }
        out.println("  Console    " + product.consoleUri());
        out.println("  Media      udp      " + config.mediaPorts() + "   "
                + calls(config.mediaPorts().calls()) + " at once");
        out.println("  Data       " + config.data());
        out.println();
        if (config.routes().trunk().isEmpty()) {
            printTelephones(out, product);
        } else {
            printSides(out, config.routes());
        }
        printMinds(out, config, product);
        product.firstPasswords().ifPresent(passwords -> printAccounts(out, passwords));
        out.println();
        out.println("Ctrl-C refuses new calls and waits for the running ones; a second Ctrl-C seals and leaves.");
        out.flush();
    }

    private static String calls(int count) {
        return count == 1 ? "1 call" : count + " calls";
    }

    private static void printTelephones(PrintWriter out, Product product) {
        out.println("  Point a telephone at it: outbound proxy  sip:" + product.telephonesUse() + ";transport=udp;lr");
        String overTls = product.telephonesUseOverTls();
        if (overTls != null) {
            out.println("                           or over TLS     sip:" + overTls + ";transport=tls;lr");
        }
        out.println("  Its registrar, user name and password stay as they are.");
    }

    /// What works, and hardly as it was meant.
    private static void printMinds(PrintWriter out, Config config, Product product) {
        int calls = config.mediaPorts().calls();
        if (calls < CALLS_FEW) {
            out.println();
            out.println("  Mind: media.ports has room for " + calls(calls) + " at once, since a call takes four ports."
                    + " More pass");
            out.println("  unrecorded, or are refused (calls.when-unrecordable).");
        }
        if (!isLoopback(product.consoleUri())) {
            out.println();
            out.println("  Mind: the console is not encrypted. Put a proxy that speaks TLS before it, and let it listen"
                    + " on");
            out.println("  127.0.0.1 (console.listen); whoever is on its network could else read passwords and audio.");
        }
    }

    /// Who is told is what matters most, and a PBX taken for the trunk looks as well as the reverse.
    private static void printSides(PrintWriter out, Config.Routes routes) {
        String who = routes.extensions().isSet()
                ? String.join(", ", routes.extensions().patterns())
                : "whoever it sends";
        out.println("  Inside     PBX " + NextHop.written(routes.upstream()) + "   (" + who + ")");
        out.println("  Outside    trunk " + NextHop.written(routes.trunk()) + ", and everybody else: is told");
        out.println("  Call in from outside once: the console must show that call as inbound (着信).");
    }

    private static boolean isLoopback(URI console) {
        String host = console.getHost();
        return host.startsWith("127.") || host.equals("localhost") || host.equals("[::1]");
    }

    /// The passwords of the first accounts: nobody can show them again.
    static void printAccounts(PrintWriter out, FirstPasswords passwords) {
        out.println();
        out.println("  Four accounts were made. Their passwords are shown this once:");
        out.println("    admin       " + passwords.administrator() + "   (settings; never reaches audio)");
        out.println("    manager     " + passwords.of(Accounts.MANAGER) + "   (manager of the whole installation)");
        out.println("    supervisor  " + passwords.of(Accounts.SUPERVISOR) + "   (supervisor of the demo section)");
        out.println("    operator    " + passwords.operator() + "   (operator of the demo section)");
        out.flush();
    }
}
