/// Tests of the call control, and the fakes that other tests of this room may use: [FakeMediaPlane],
/// [FakeJournal], [KeptOutcomes].
@NullMarked
package org.koegura.sipproxy.call;

import org.jspecify.annotations.NullMarked;
