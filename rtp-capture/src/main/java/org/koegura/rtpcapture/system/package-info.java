/// How the rooms of this module ask the system what Java has no words for: functions of the C library.
@NullMarked
package org.koegura.rtpcapture.system;

import org.jspecify.annotations.NullMarked;
