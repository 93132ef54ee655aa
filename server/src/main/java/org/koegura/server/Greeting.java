package org.koegura.server;

import java.io.PrintWriter;
import org.koegura.governance.account.Accounts.FirstPasswords;

/// What the operator reads when the product is up: where it listens, how to point a telephone at it, and the first
/// passwords, once.
final class Greeting {

    private Greeting() {}

    static void print(PrintWriter out, Config config, Product product) {
        String proxy = product.telephonesUse();
        out.println("Koegura is listening. Nothing is recorded before the other party was told.");
        out.println();
        out.println("  SIP        udp " + product.sipListening() + "   (telephones reach it at " + proxy + ")");
        out.println("  Console    " + product.consoleUri());
        out.println("  Media      udp " + config.mediaPorts());
        out.println("  Data       " + config.data());
        out.println();
        out.println("  Point a telephone at it: outbound proxy  sip:" + proxy + ";transport=udp;lr");
        out.println("  Its registrar, user name and password stay as they are.");
        product.firstPasswords().ifPresent(passwords -> printAccounts(out, passwords));
        out.println();
        out.println("Ctrl-C refuses new calls and waits for the running ones; a second Ctrl-C seals and leaves.");
        out.flush();
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
