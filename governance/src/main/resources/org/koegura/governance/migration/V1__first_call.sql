-- Documented in the package org.koegura.governance.database.
-- Instants are text, UTC, always nine decimals, so that their order is the order of time.

create table journal_mark (
    chain      text   primary key,
    entries    bigint not null,
    last_hash  text   not null
);

create table section (
    id       text primary key,
    name_ja  text not null,
    name_en  text not null
);

create table account (
    name           text primary key,
    password_hash  text not null,
    created_at     text not null
);

create table appointment (
    id         text primary key,
    account    text not null references account (name),
    role       text not null check (role in ('ADMINISTRATOR', 'MANAGER', 'SUPERVISOR', 'OPERATOR', 'DESIGNATED')),
    section    text references section (id),
    first_day  text not null,
    last_day   text
);

create index appointment_by_account on appointment (account);

create table session (
    token_hash  text primary key,
    account     text not null references account (name),
    created_at  text not null,
    used_at     text not null
);

create table call (
    call_id        text   primary key,
    sip_call_id    text   not null,
    direction      text   not null,
    inside         text   not null,
    outside        text   not null,
    invited_at     text   not null,
    answered_at    text,
    ended_at       text   not null,
    end_reason     text   not null,
    result         text   not null,
    why            text,
    basis_kind     text check (basis_kind in ('announced', 'exempted')),
    basis          text,
    ground         integer check (ground in (1, 2, 3)),
    recording_id   text unique,
    location       text,
    root           text,
    bytes          bigint,
    sealed_at      text,
    accounting     text   not null
);

create index call_with_recording on call (ended_at, recording_id) where recording_id is not null;
