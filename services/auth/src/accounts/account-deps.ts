import type { AuthDeps } from "../deps.ts";
import type { AccountProvider } from "./account-provider.ts";

/** What the routes for accounts work with, whoever keeps these. */
export interface AccountDeps extends Pick<AuthDeps, "kysely" | "now"> {
  readonly provider: AccountProvider;
}
