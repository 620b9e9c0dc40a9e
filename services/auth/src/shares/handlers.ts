import { shares } from "@gaia/contracts";
import { type Binding, implement } from "@gaia/kit/binding";
import type { AuthDeps } from "../deps.ts";
import { changeShare } from "./change-share.ts";
import { getShare } from "./get-share.ts";
import { listShares } from "./list-shares.ts";
import { revokeShare } from "./revoke-share.ts";
import { shareResource } from "./share-resource.ts";
import { toResource } from "./shared-resource.ts";

export const shareHandlers = (deps: AuthDeps): Binding[] => [
  implement(shares.createShare, async (context, { resource_type, resource_id, ...wish }) => {
    const sharing = { ...wish, principal: context.principal, resource: toResource(resource_type, resource_id) };
    return { shares: await shareResource(deps, context, sharing) };
  }),
  implement(shares.shareResource, async (context, input) => {
    const {
      resource_type,
      resource_id,
      team_id: teamId,
      workspace_id: workspaceId,
      owner_id: ownerId,
      ...wish
    } = input;
    const resource = { ...toResource(resource_type, resource_id), teamId, workspaceId, ownerId };
    return { shares: await shareResource(deps, context, { ...wish, resource }) };
  }),
  implement(shares.listShares, (context, input) => listShares(deps, context, input)),
  implement(shares.getShare, (context, input) => getShare(deps, context, input)),
  implement(shares.changeShare, (context, input) => changeShare(deps, context, input)),
  implement(shares.revokeShare, async (context, input) => {
    await revokeShare(deps, context, input);
    return {};
  }),
];
