-- What was done to accounts of a Supabase project through Gaia. Their access tokens are good until their time is over,
-- and API keys know nothing of the project; nothing but this says otherwise.
create table if not exists project_accounts (
  user_id uuid primary key,
  banned_until timestamptz,
  -- Access tokens from before that are over, except those of the sessions that go on.
  tokens_over_at timestamptz,
  kept_sessions text[] not null default '{}'
);
