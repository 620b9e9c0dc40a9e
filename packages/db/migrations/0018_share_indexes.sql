-- Shares are listed by who made them and by what is shared.
create index if not exists idx_shared_resources_sharer on shared_resources (shared_by);
create index if not exists idx_shared_resources_resource on shared_resources (resource_type, resource_id);
