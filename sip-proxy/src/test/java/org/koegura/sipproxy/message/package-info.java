/// Tests of the received bytes and of our edits to them: written-out cases, generated messages, and the corpora
/// of torture messages.
@NullMarked
package org.koegura.sipproxy.message;

import org.jspecify.annotations.NullMarked;
