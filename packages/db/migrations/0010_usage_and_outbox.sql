-- What every call to a provider used and cost.
create table usage_records (
  id uuid primary key default gen_random_uuid(),
  request_id text,
  user_id uuid references users (id) on delete set null,
  api_key_id uuid,
  service text,
  operation text,
  provider text,
  model text,
  requested_model text,
  input_tokens integer,
  output_tokens integer,
  cached_input_tokens integer,
  reasoning_tokens integer,
  token_source text constraint usage_records_token_source_check
    check (token_source in ('provider', 'estimated', 'none')),
  cost_usd numeric(14, 8),
  price_as_of date,
  duration_ms integer,
  first_token_ms integer,
  outcome text constraint usage_records_outcome_check check (outcome in ('ok', 'failed', 'cancelled')),
  error_code text,
  created_at timestamptz default current_timestamp
);
create index usage_records_user_created on usage_records (user_id, created_at);
create index usage_records_created on usage_records (created_at);

-- Events that must not be lost, written in the transaction that they report.
create table event_outbox (
  id bigint generated always as identity primary key,
  subject text not null,
  payload jsonb not null,
  request_id text,
  created_at timestamptz not null default current_timestamp,
  published_at timestamptz,
  attempts integer not null default 0
);
create index event_outbox_unpublished on event_outbox (id) where published_at is null;
