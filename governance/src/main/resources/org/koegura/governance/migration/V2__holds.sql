-- Documented in the package org.koegura.governance.database.

create table holds (
    id            text primary key,
    recording_id  text not null,
    reason        text not null check (reason in ('INVESTIGATION', 'MANAGER')),
    document      text not null,
    placed_by     text not null references account (name),
    placed_at     text not null,
    released_at   text
);

create index hold_in_force on holds (recording_id) where released_at is null;
