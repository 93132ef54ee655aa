/// What the pages show, ready to print: every text in the reader's language, every time in both calendars.
///
/// Glossary:
///
/// - *words*: the texts of one language; *frame*: what every page has around its content.
/// - *令和*: the era; every instant is shown in it (Japanese) and in ISO form.
///
/// Who may call: `org.koegura.console` and its generated templates.
///
/// Threads: immutable values.
///
/// Reading order: [org.koegura.console.page.Words], [org.koegura.console.page.Frame],
/// [org.koegura.console.page.CallRow], [org.koegura.console.page.RecordingRow],
/// [org.koegura.console.page.RecordingFacts].
@NullMarked
package org.koegura.console.page;

import org.jspecify.annotations.NullMarked;
