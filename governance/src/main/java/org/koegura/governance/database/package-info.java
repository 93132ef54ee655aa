/// The metadata database: who may do what, who is signed in, and how every call ended. Telephone numbers stand in its
/// file, which only its owner may read (mode 0600); audio never does.
///
/// Schema, version 8 (`migration/V1__first_call.sql`, `V2__holds.sql`, `V3__signalling.sql`,
/// `V4__objections.sql`, `V5__policy.sql`,
/// `V6__attested.sql`, `V7__standing.sql`, `V8__preservation.sql`); instants are UTC text with nine
/// decimals, days are ISO text:
///
/// | table | one row per | worth knowing |
/// |---|---|---|
/// | `journal_mark` | journal chain | the projection of the journal: how many entries, and the hash of the last |
/// | `section` | section of the city | its name in both languages |
/// | `account` | person who signs in | Argon2id hash in PHC form; never a password |
/// | `appointment` | post held | role, section, first and last day (inclusive); null last day: until further notice |
/// | `session` | signed-in browser or client | SHA-256 of the token; never the token |
/// | `call` | ended call | numbers, times, result (R5), reason, `basis` and `accounting` as JSON, the seal |
/// | | | each party as signalled and, in `…_number`, in E.164; why the outside one is withheld; `signalling` as JSON |
/// | | | `policy`: version of the policy that decided (null: none was asked, or unknown); `decided`: what, as JSON |
/// | `objection` | call whose other party objected | when that was marked first; there before the row in `call` |
/// | `standing_exemption` | standing exemption (N8) | number, ground, author, approver, until when; see `standing` |
/// | `standing_use` | recording on one | which call, which exemption, when the call came: to be reviewed (N9) |
/// | `preservation` | request to preserve a call (H2) | author, channel, reason, when; in force until decided |
/// | `call_part` | call that another process left | which call it continues: what preserves one preserves all |
/// | `holds` | preservation of a recording | reason, document number, who and when; in force until released |
///
/// Who may call: the packages of governance only.
///
/// Threads: safe for any number; every method blocks. SQLite has one writer at a time; others wait up to 5 s.
///
/// Reading order: [org.koegura.governance.database.Database],
/// [org.koegura.governance.database.CallRegister], [org.koegura.governance.database.CallRecord],
/// [org.koegura.governance.database.Holds], [org.koegura.governance.database.PreservationRegister].
@NullMarked
package org.koegura.governance.database;

import org.jspecify.annotations.NullMarked;
