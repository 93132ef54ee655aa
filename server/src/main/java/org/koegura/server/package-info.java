/// The composition root: reads what the operator asked for, builds every room in one place, starts and stops it all.
///
/// Glossary: *wiring*, the one list of constructors that joins the rooms; *drain*, refusing new calls while the running
/// ones go on to their end; *key*, one setting, declared once for file, option, default and example (`ConfigKeys`);
/// *given*, a value that stands in the file; *chosen*, what holds after options, file and defaults.
///
/// Who may call: nobody; the launcher starts [org.koegura.server.Main].
///
/// Threads: the main thread builds and then waits; signals arrive on a thread of the JVM and only set flags.
///
/// Reading order: [org.koegura.server.Main], `RunCommand`, `Config`, `Product`, `Wiring`, `Shutdown`; the
/// configuration:
/// `ConfigKeys`, `ConfigFile`, `YamlTree`, `Chosen`; the log: `DataLog`, `JsonEvent`; `DemoCommand` and the package
/// `demo`.
@NullMarked
package org.koegura.server;

import org.jspecify.annotations.NullMarked;
