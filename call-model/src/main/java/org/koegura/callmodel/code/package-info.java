/// What a telephone asks us for by dialling or pressing digits (F1), and by which digits.
///
/// Glossary:
///
/// - *leader*: what every code begins with, `*5` as a rule. Whoever presses it in a call may be about to press a code.
/// - *code*: leader and further digits, dialled alone before a call or pressed in one.
///
/// Who may call: `sip-proxy`, which is dialled, `rtp-capture`, which hears what is pressed, and whoever sets them.
///
/// Threads: immutable values.
///
/// Reading order: [org.koegura.callmodel.code.Feature], [org.koegura.callmodel.code.FeatureCodes].
@NullMarked
package org.koegura.callmodel.code;

import org.jspecify.annotations.NullMarked;
