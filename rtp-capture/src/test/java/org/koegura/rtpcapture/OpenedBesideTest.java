package org.koegura.rtpcapture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.koegura.rtpcapture.kernel.KernelHelp;

/// A call that begins before the kernel's help is there.
final class OpenedBesideTest extends SteadyTalk {

    @Test
    void aCallDoesNotWaitForTheKernelsHelpAndGetsItOnceItIsThere() throws Exception {
        KernelHelp help = KernelHelp.begin(1, KernelHelp.RING_BYTES);
        try (LoopbackCall call =
                LoopbackCall.beside(help, LoopbackCall.settings(1 << 20)).connected()) {
            talk(call, 5);
            assertTrue(help.await(), "CAP_BPF and CAP_NET_ADMIN are needed: run the tests as root");
            untilLent(call);
            assertEquals(number, call.outside.heard.size());
            assertEquals(number, call.inside.heard.size());
        }
    }

    @Test
    void whatGoesWrongWithItLeavesAllToTheSockets() throws Exception {
        KernelHelp broken = KernelHelp.begin(1, 3); // no ring is so small
        try (LoopbackCall call =
                LoopbackCall.beside(broken, LoopbackCall.settings(1 << 20)).connected()) {
            assertFalse(broken.await());
            assertNull(broken.loop(0));
            talk(call, 2 * Loan.STEADY_PACKETS);
            assertEquals(0, byKernel(call, "inside") + byKernel(call, "outside"));
        }
    }
}
