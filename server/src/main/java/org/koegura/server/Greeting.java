package org.koegura.server;

import java.io.PrintWriter;
import java.net.URI;
import org.koegura.governance.account.Accounts.FirstPasswords;

/// What the operator reads when the product is up: where it listens, how to point a telephone at it, and the first
/// passwords, once.
final class Greeting {

    private Greeting() {}

    static void print(PrintWriter out, Config config, Product product) {
        String proxy = product.telephonesUse();
        out.println("Koegura is listening. Nothing is recorded before the other party was told.");
        out.println();
        out.println("  SIP        udp and tcp " + product.sipListening() + "   (it is reached at " + proxy + ")");
        String overTls = product.telephonesUseOverTls();
        if (overTls != null) {
            out.println("  SIP        tls, reached at " + overTls);
        }
        out.println("  Console    " + product.consoleUri());
        out.println("  Media      udp " + config.mediaPorts());
        out.println("  Data       " + config.data());
        out.println();
        if (config.routes().trunk().isEmpty()) {
            out.println("  Point a telephone at it: outbound proxy  sip:" + proxy + ";transport=udp;lr");
            out.println("  Its registrar, user name and password stay as they are.");
        } else {
            printSides(out, config.routes());
        }
        if (!isLoopback(product.consoleUri())) {
            out.println();
            out.println("  Mind: the console is not encrypted. Put a proxy that speaks TLS before it, and let it listen"
                    + " on");
            out.println("  127.0.0.1 (console.listen); whoever is on its network could else read passwords and audio.");
        }
        product.firstPasswords().ifPresent(passwords -> printAccounts(out, passwords));
        out.println();
        out.println("Ctrl-C refuses new calls and waits for the running ones; a second Ctrl-C seals and leaves.");
        out.flush();
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
        out.println("  Two accounts were made. Their passwords are shown this once:");
        out.println("    admin     " + passwords.administrator() + "   (settings; never reaches audio)");
        out.println("    operator  " + passwords.operator() + "   (operator of the demo section)");
        out.flush();
    }
}
