-- Secrets that all processes of one database share, such as the seal on internal callers.
create table if not exists platform_secrets (
  name text primary key,
  value text not null,
  created_at timestamptz not null default current_timestamp
);
