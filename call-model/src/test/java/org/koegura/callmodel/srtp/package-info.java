/// Tests of the words of SRTP.
@NullMarked
package org.koegura.callmodel.srtp;

import org.jspecify.annotations.NullMarked;
