-- Documented in the package org.koegura.governance.database. One outside number and a ground, for at most 30 days (N8).

create table standing_exemption (
    id            text primary key,
    number        text not null,
    ground        integer not null check (ground in (1, 2, 3)),
    words         text,
    author        text not null references account (name),
    author_role   text not null check (author_role in ('MANAGER', 'SUPERVISOR', 'OPERATOR')),
    section       text references section (id),
    proposed_at   text not null,
    ends_at       text not null check (ends_at > proposed_at),
    approver      text references account (name),
    approved_at   text,
    withdrawn_by  text references account (name),
    withdrawn_at  text,
    check (approver <> author),
    check ((approver is null) = (approved_at is null)),
    check ((withdrawn_by is null) = (withdrawn_at is null)),
    check (ground <> 3 or words is not null)
);

create index standing_exemption_by_number on standing_exemption (number);

-- Each recording that was made on one. No reference: the outcome of a call is kept whatever else is there.
create table standing_use (
    call_id   text primary key,
    standing  text not null,
    used_at   text not null
);

create index standing_use_by_standing on standing_use (standing);
