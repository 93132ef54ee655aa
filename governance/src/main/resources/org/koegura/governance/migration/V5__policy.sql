-- Documented in the package org.koegura.governance.database. Rows from before have neither: it is unknown.

alter table call add column policy text;
alter table call add column decided text;
