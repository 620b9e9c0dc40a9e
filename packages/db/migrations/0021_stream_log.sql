-- Every event of an answer that may be taken up again, by any process, after a connection or a process was lost.
create table chat_streams (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  api_key_id uuid,
  request_id text,
  conversation_id uuid references conversations (id) on delete cascade,
  message_id uuid,
  -- The wire format of its events, in which a failure is told too.
  dialect text not null,
  status text not null default 'running'
    constraint chat_streams_status_check check (status in ('running', 'complete', 'failed', 'cancelled')),
  error_code text,
  last_sequence integer not null default 0,
  -- Whoever generates says so every second; who does not any more is dead.
  alive_at timestamptz not null default current_timestamp,
  cancel_requested_at timestamptz,
  created_at timestamptz not null default current_timestamp,
  ended_at timestamptz
);
create index chat_streams_user on chat_streams (user_id, created_at);
create index chat_streams_conversation on chat_streams (conversation_id);
create index chat_streams_created on chat_streams (created_at);
create index chat_streams_running on chat_streams (alive_at) where status = 'running';

-- A row holds the events of a tenth of a second, so that a fast model costs the database no more than a slow one.
create table chat_stream_events (
  stream_id uuid not null references chat_streams (id) on delete cascade,
  first_sequence integer not null,
  last_sequence integer not null,
  frames text[] not null,
  primary key (stream_id, first_sequence)
);
