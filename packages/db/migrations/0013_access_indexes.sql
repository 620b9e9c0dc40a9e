-- Everything that bears on one principal is read at once: by whom a grant names, and down and up the teams.
create index if not exists idx_resource_permissions_principal
  on resource_permissions (principal_type, principal_id);
create index if not exists idx_shared_resources_public on shared_resources (id) where share_type = 'public';
create index if not exists idx_shared_resources_recipient
  on shared_resources ((metadata ->> 'shared_with_type'), (metadata ->> 'shared_with_id'));
create index if not exists idx_teams_parent on teams (parent_team_id);
