/// Tests of offer and answer in a dialog.
@NullMarked
package org.koegura.sipproxy.negotiation;

import org.jspecify.annotations.NullMarked;
