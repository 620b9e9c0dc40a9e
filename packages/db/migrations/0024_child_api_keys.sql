-- A key that another key made ends with it.
alter table api_keys
  add column if not exists created_by_key_id uuid references api_keys (id) on delete set null;
create index if not exists idx_api_keys_created_by_key on api_keys (created_by_key_id)
  where created_by_key_id is not null;
