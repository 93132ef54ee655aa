/// Who people are: accounts, the posts they hold, how they sign in, and the sessions that follow.
///
/// Glossary:
///
/// - *post*: a role in a section, held from a first to a last day. Roles belong to posts, not to people (A1).
/// - *source*: the network address that a sign-in comes from.
/// - *token*: 256 random bits that stand for a session; only its hash is kept.
///
/// Who may call: the packages of governance; the console sees [org.koegura.governance.account.Role],
/// [org.koegura.governance.account.Post] and [org.koegura.governance.account.Session].
///
/// Threads: safe for any number; what asks the database or hashes a password blocks.
///
/// Reading order: [org.koegura.governance.account.Role], [org.koegura.governance.account.Accounts],
/// [org.koegura.governance.account.PasswordHash], [org.koegura.governance.account.SignInLimits],
/// [org.koegura.governance.account.Sessions].
@NullMarked
package org.koegura.governance.account;

import org.jspecify.annotations.NullMarked;
