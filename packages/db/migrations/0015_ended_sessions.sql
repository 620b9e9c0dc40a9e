-- Sessions of a Supabase project that were ended through Gaia. Their access tokens are good until their time is over,
-- and nothing but this says otherwise.
create table if not exists ended_sessions (
  session_id uuid primary key,
  user_id uuid not null,
  ended_at timestamptz not null default current_timestamp,
  -- No token lives longer than that.
  forget_at timestamptz not null
);
create index if not exists idx_ended_sessions_forget_at on ended_sessions (forget_at);
