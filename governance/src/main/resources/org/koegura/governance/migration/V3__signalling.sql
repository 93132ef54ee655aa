-- Documented in the package org.koegura.governance.database.

alter table call add column inside_number text;
alter table call add column outside_number text;
alter table call add column outside_anonymity text;
alter table call add column dialled text;
alter table call add column dialled_number text;
alter table call add column section text;
alter table call add column site text;
alter table call add column signalling text;
