-- Documented in the package org.koegura.governance.database. Requests to preserve a call (Art. 7.1; H2), in force until
-- they are decided. An author is an account, or `extension:` and a number. No reference to `call`: it may still be up.

create table preservation (
    id            text primary key,
    call_id       text not null,
    author        text not null,
    channel       text not null check (channel in ('API', 'CONSOLE', 'TELEPHONE')),
    reason        text,
    requested_at  text not null,
    decided_at    text,
    check (channel = 'TELEPHONE' or reason is not null)
);

-- A repeat by the same author changes nothing.
create unique index preservation_undecided on preservation (call_id, author) where decided_at is null;

-- Which call is the same as another one, that a process left when it died.
create table call_part (
    call_id    text primary key,
    continues  text not null
);

create index call_part_by_continued on call_part (continues);

insert into call_part (call_id, continues)
select call.call_id, min(json_extract(link.value, '$.call'))
  from call, json_each(call.signalling, '$.links') as link
 where call.signalling is not null and json_extract(link.value, '$.relation') = 'CONTINUES'
 group by call.call_id;
