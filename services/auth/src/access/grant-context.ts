import { access as contract, GaiaError, isPlainPath } from "@gaia/contracts";
import type { GrantContext } from "./access-facts.ts";
import type { Resource } from "./selector.ts";

interface ContextFields {
  readonly context_type: GrantContext["type"];
  readonly context_id?: string | undefined;
}

/** The context that an input names; teams and workspaces by their id, resources by path, pattern or id. */
export function toContext({ context_type: type, context_id: id }: ContextFields): GrantContext {
  switch (type) {
    case "global":
      if (id !== undefined && id !== "global") throw invalidId("What is global has no id");
      return { type, id: "global" };
    case "team":
    case "workspace": {
      const parsed = contract.Id.safeParse(id);
      if (!parsed.success) throw invalidId(`The id of a ${type}`);
      return { type, id: parsed.data };
    }
    case "resource":
      if (id === undefined) throw invalidId("The path, pattern or id of a resource");
      return { type, id };
  }
}

function invalidId(message: string): GaiaError {
  const issues = [{ type: "custom", loc: ["body", "context_id"], msg: message }];
  return new GaiaError("INVALID_INPUT", `Invalid input: body.context_id: ${message}`, { issues });
}

/**
 * The context that stored columns name. They are free text: what is no context counts nowhere, and is treated as if it
 * counted everywhere, so that only who holds something everywhere may do anything about it.
 */
export function readContext(type: string, id: string): GrantContext {
  if (type === "resource") return { type, id };
  const uuid = contract.Id.safeParse(id).data;
  if ((type === "team" || type === "workspace") && uuid !== undefined) return { type, id: uuid };
  return { type: "global", id: "global" };
}

/** What is to be administered there; roles, permissions and users are actions on it. */
export function administrationOf({ type, id }: GrantContext): Resource {
  switch (type) {
    case "global":
      return { type: "admin" };
    case "team":
      return { type: "admin", teamId: id };
    case "workspace":
      return { type: "admin", workspaceId: id };
    case "resource":
      return { type: "admin", ...(isPlainPath(id) ? { path: id } : {}), ...placeOfPath(id) };
  }
}

const place = /^\/kb\/(?<kind>teams|workspaces)\/(?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\//;

/** The team or workspace whose documents the path names. */
export function placeOfPath(path: string): Pick<Resource, "teamId" | "workspaceId"> {
  const { kind, id } = place.exec(path)?.groups ?? {};
  if (id === undefined) return {};
  return kind === "teams" ? { teamId: id } : { workspaceId: id };
}
