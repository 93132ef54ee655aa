-- A call may be recorded because staff attested an oral notice. A check cannot be changed in place, and a column that
-- takes the other's name stands where it stands.

alter table call add column basis_word text check (basis_word in ('announced', 'exempted', 'attested'));
update call set basis_word = basis_kind;
alter table call drop column basis_kind;
alter table call rename column basis_word to basis_kind;
