/// Tests of SRTP: the vectors of its RFCs, properties, and what an attacker or a restart may do.
@NullMarked
package org.koegura.rtpcapture.srtp;

import org.jspecify.annotations.NullMarked;
