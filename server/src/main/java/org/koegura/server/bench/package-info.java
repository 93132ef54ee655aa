/// `koegura bench`: the product beside yardsticks that everybody can install, in one run, each as a process of its own.
///
/// Glossary: a *benchmark* is one that can be asked for; a *peer* is a program of others that it needs; a *program* is
/// a
/// process that it started.
///
/// Who may call: nobody; `server` makes `BenchCommand` with the benchmarks of the packages below, which know nothing of
/// each other.
///
/// Threads: all of it is one after the other on the caller's thread.
///
/// Reading order: `BenchCommand`, `Benchmark`, `Program`, `RunningProduct`, `Meters`, `BenchResult`.
@NullMarked
package org.koegura.server.bench;

import org.jspecify.annotations.NullMarked;
