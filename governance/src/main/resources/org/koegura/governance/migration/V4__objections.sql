-- The other party's objection to being recorded (Art. 7.2; N12), beside the audio. The call may still be up: its row in
-- `call` comes at its end.
create table objection (
  call_id text primary key,
  marked_at text not null
);
