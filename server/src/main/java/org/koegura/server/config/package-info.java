/// What the operator asked for: a file in YAML and the options of `koegura run`, read, checked and told line by line.
///
/// Glossary: *key*, one setting, declared once for file, option, default and example; *given*, a value that stands in
/// the file; *chosen*, what holds after options, file and defaults; *conflict*, what is right by itself and impossible
/// together; *problem*, one thing that is wrong with a file, with its place.
///
/// Who may call: the composition root, [org.koegura.server]. It knows the words of the rooms' settings and the
/// plainest form of the command line, and neither the wiring nor picocli; names of hosts are looked up by the root,
/// when it starts.
///
/// Threads: none of its own; all types are immutable or belong to one call. Only the reading of the file blocks, and
/// [org.koegura.server.config.HostPort#resolve()].
///
/// Reading order: [org.koegura.server.config.ConfigKeys], [org.koegura.server.config.SipKeys], `LineKeys`,
/// [org.koegura.server.config.ConfigFile], `YamlTree`, [org.koegura.server.config.RunOptions],
/// [org.koegura.server.config.Chosen], [org.koegura.server.config.Config].
@NullMarked
package org.koegura.server.config;

import org.jspecify.annotations.NullMarked;
