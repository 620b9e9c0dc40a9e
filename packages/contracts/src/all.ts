import * as access from "./access.ts";
import * as accounts from "./accounts.ts";
import * as apiKeys from "./api-keys.ts";
import * as auditTrail from "./audit-trail.ts";
import * as audit from "./audit.ts";
import * as auth from "./auth.ts";
import * as chat from "./chat/index.ts";
import type { Contract, Event } from "./define.ts";
import * as gateway from "./gateway.ts";
import * as grants from "./grants.ts";
import * as identity from "./identity.ts";
import * as invitations from "./invitations.ts";
import * as roles from "./roles.ts";
import * as shares from "./shares.ts";
import * as system from "./system.ts";
import * as teams from "./teams.ts";
import * as workspaces from "./workspaces.ts";

const domains: readonly object[] = [
  gateway,
  auth,
  accounts,
  identity,
  audit,
  chat,
  system,
  audit.auditEvents,
  access,
  roles,
  grants,
  auditTrail,
  apiKeys,
  teams,
  workspaces,
  invitations,
  shares,
];

function isDeclared(value: unknown): value is Contract | Event {
  return (
    typeof value === "object" && value !== null && "kind" in value && ("permission" in value || "subject" in value)
  );
}

const declared = domains.flatMap((domain): unknown[] => Object.values(domain)).filter(isDeclared);

/** Every operation and stream of the platform; gateway routes, subjects, OpenAPI and client follow from this list. */
export const allContracts: readonly Contract[] = declared.filter((value) => value.kind !== "event");

/** Every event of the platform. */
export const allEvents: readonly Event[] = declared.filter((value) => value.kind === "event");
