-- The catalogue of generated and external assets.

-- One script of the Python system made a table of the same name with another meaning. It is set
-- aside whole; what has a file and a known kind is copied into the catalogue below.
do $$
begin
  if to_regclass('assets') is not null and not exists (
    select from pg_attribute
    where attrelid = to_regclass('assets') and attname = 'category' and not attisdropped
  ) then
    create schema if not exists gaia_legacy;
    alter table assets set schema gaia_legacy;
  end if;
end $$;

create table if not exists asset_sources (
  id serial primary key,
  source_type varchar(50) not null,
  source_name varchar(100) not null,
  api_endpoint varchar(255),
  is_active boolean default true,
  rate_limit_per_minute integer,
  requires_attribution boolean default false,
  cost_per_request numeric(10, 6) default 0.0,
  created_at timestamp default current_timestamp,
  updated_at timestamp default current_timestamp
);

create table if not exists assets (
  id uuid primary key default gen_random_uuid(),
  source_id integer references asset_sources (id),
  external_id varchar(255),
  category varchar(50) not null,
  title varchar(255) not null,
  description text,
  style_tags text[],
  file_url text not null,
  storage_type varchar(20) not null,
  file_size_mb double precision,
  file_format varchar(10),
  preview_image_url text,
  quality_score double precision default 0.0,
  download_count integer default 0,
  license_type varchar(50),
  attribution_required boolean default false,
  metadata jsonb default '{}',
  created_at timestamp default current_timestamp,
  updated_at timestamp default current_timestamp,
  constraint assets_quality_score_check check (quality_score >= 0.0 and quality_score <= 1.0),
  constraint valid_license check (
    license_type in ('creative_commons', 'public_domain', 'custom', 'commercial', 'proprietary')
  ),
  constraint valid_storage_type check (storage_type in ('supabase', 'external', 'generated'))
);

-- The predecessor's check does not know images.
do $$
begin
  if not exists (
    select from pg_constraint
    where conrelid = 'assets'::regclass and conname = 'valid_category'
      and pg_get_constraintdef(oid) like '%''image''%'
  ) then
    alter table assets drop constraint if exists valid_category;
    alter table assets add constraint valid_category check (
      category in ('environment', 'character', 'prop', 'audio', 'texture', 'animation', 'image')
    );
  end if;
end $$;

create table if not exists asset_generations (
  id uuid primary key default gen_random_uuid(),
  asset_id uuid references assets (id) on delete cascade,
  generation_prompt text not null,
  generation_service varchar(50) not null,
  generation_cost numeric(10, 4) not null,
  generation_time_ms integer not null,
  session_id varchar(255),
  user_id varchar(255),
  generation_metadata jsonb default '{}',
  created_at timestamp default current_timestamp
);

create table if not exists asset_modifications (
  id uuid primary key default gen_random_uuid(),
  base_asset_id uuid references assets (id) on delete cascade,
  modified_asset_id uuid references assets (id) on delete cascade,
  modifications text[] not null,
  modification_service varchar(50) not null,
  modification_cost numeric(10, 4) not null,
  modification_time_ms integer not null,
  session_id varchar(255),
  user_id varchar(255),
  modification_metadata jsonb default '{}',
  created_at timestamp default current_timestamp
);

create table if not exists asset_usage (
  id uuid primary key default gen_random_uuid(),
  asset_id uuid references assets (id) on delete cascade,
  user_id varchar(255),
  session_id varchar(255),
  usage_type varchar(50) not null,
  cost_incurred numeric(10, 4) default 0.0,
  metadata jsonb default '{}',
  created_at timestamp default current_timestamp
);

create index if not exists idx_assets_category on assets (category);
create index if not exists idx_assets_category_created on assets (category, created_at desc);
create index if not exists idx_assets_category_quality on assets (category, quality_score desc);
create index if not exists idx_assets_created_at on assets (created_at desc);
create index if not exists idx_assets_description_fts on assets using gin (to_tsvector('english', description));
create index if not exists idx_assets_download_count on assets (download_count desc);
create index if not exists idx_assets_license on assets (license_type);
create index if not exists idx_assets_quality on assets (quality_score desc);
create index if not exists idx_assets_source_id on assets (source_id);
create index if not exists idx_assets_storage_type on assets (storage_type);
create index if not exists idx_assets_style_tags on assets using gin (style_tags);
create index if not exists idx_assets_title_fts on assets using gin (to_tsvector('english', title));
create index if not exists idx_asset_generations_asset_id on asset_generations (asset_id);
create index if not exists idx_asset_generations_session_id on asset_generations (session_id);
create index if not exists idx_asset_modifications_base_asset_id on asset_modifications (base_asset_id);
create index if not exists idx_asset_modifications_modified_asset_id on asset_modifications (modified_asset_id);
create index if not exists idx_asset_usage_asset_id on asset_usage (asset_id);
create index if not exists idx_asset_usage_user_id on asset_usage (user_id);

create or replace trigger update_asset_sources_updated_at before update on asset_sources
  for each row execute function update_updated_at_column();
create or replace trigger update_assets_updated_at before update on assets
  for each row execute function update_updated_at_column();

-- Every run of the original's script added its sources again. The oldest of each name stays. For the
-- assets this is no change, so their time of change stays as well.
alter table assets disable trigger user;
update assets set source_id = kept.id
from asset_sources used
join (
  select source_type, source_name, min(id) as id from asset_sources group by source_type, source_name
) kept using (source_type, source_name)
where assets.source_id = used.id and used.id <> kept.id;
alter table assets enable trigger user;
delete from asset_sources duplicate
using asset_sources kept
where duplicate.source_type = kept.source_type and duplicate.source_name = kept.source_name
  and duplicate.id > kept.id;
create unique index if not exists asset_sources_type_name_key on asset_sources (source_type, source_name);

insert into asset_sources (source_type, source_name, rate_limit_per_minute, requires_attribution)
values
  ('open_source', 'poly_haven', 60, true),
  ('open_source', 'freesound', 60, true),
  ('open_source', 'opengameart', 30, true),
  ('community', 'community_uploads', null, false),
  ('generated', 'meshy_ai', 10, false),
  ('generated', 'midjourney', 5, false),
  ('generated', 'mubert', 20, false),
  ('generated', 'openai', 50, false),
  ('generated', 'stability', 50, false)
on conflict do nothing;

do $$
begin
  if to_regclass('gaia_legacy.assets') is not null then
    insert into assets (id, category, title, description, file_url, storage_type, metadata, created_at)
    select
      (asset ->> 'id')::uuid,
      asset ->> 'type',
      left(coalesce(asset ->> 'name', 'Untitled'), 255),
      asset ->> 'description',
      asset ->> 'url',
      'generated',
      coalesce(nullif(asset -> 'metadata', 'null'), '{}')
        || jsonb_strip_nulls(jsonb_build_object(
          'user_id', asset -> 'user_id', 'generation_params', asset -> 'generation_params'
        )),
      (asset ->> 'created_at')::timestamptz at time zone 'UTC'
    from (select to_jsonb(legacy) as asset from gaia_legacy.assets legacy) as stored
    where asset ->> 'url' is not null
      and asset ->> 'type' in ('environment', 'character', 'prop', 'audio', 'texture', 'animation', 'image')
    on conflict do nothing;
  end if;
end $$;
