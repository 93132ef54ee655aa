package org.koegura.server.policy;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.koegura.governance.Decisions;
import org.koegura.governance.GovernanceFault;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `koegura policy`: what decided which calls are announced.
@Command(
        name = "policy",
        description = "Looks into the policies of notices that a data directory had.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = PolicyCommand.ReplayCommand.class)
public final class PolicyCommand {

    private PolicyCommand() {}

    @Command(
            name = "replay",
            description = {
                "Decides every call of the ledger anew, offline, by the policy that decided it then, and tells those"
                        + " that come out otherwise.",
                "Nothing is changed; a recorder may run meanwhile."
            },
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes%n",
            exitCodeList = {
                "0:every call that names its policy was decided as that policy says",
                "1:one was not, a policy is missing or was changed, or the journal's chain does not hold",
                "2:the arguments cannot be used, or DIR holds no journal or ledger that this user may read"
            })
    static final class ReplayCommand implements Callable<Integer> {

        private static final int DIFFERS = 1;
        private static final int UNUSABLE = 2;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Parameters(paramLabel = "DIR", description = "The data directory, as store.data names it.")
        @SuppressWarnings("NullAway.Init")
        private Path directory;

        @Override
        public Integer call() {
            try {
                boolean holds =
                        new Replay(new Decisions(directory), spec.commandLine().getOut()).run();
                return holds ? 0 : DIFFERS;
            } catch (GovernanceFault.JournalBroken fault) {
                spec.commandLine().getErr().println("koegura: " + fault.getMessage());
                return DIFFERS;
            } catch (GovernanceFault fault) {
                spec.commandLine().getErr().println("koegura: " + fault.getMessage());
                return UNUSABLE;
            }
        }
    }
}
