import type { IdentitySettings } from "../identity-deps.ts";

/**
 * Where a mailed link leads: the wanted page when its origin is known, else the site. Tokens travel in the address, so
 * `*` among the origins that browsers may call from lets nobody have them.
 */
export function chooseRedirect(
  { siteUrl, publicUrl, redirectOrigins }: Pick<IdentitySettings, "siteUrl" | "publicUrl" | "redirectOrigins">,
  wanted: string | undefined,
): string {
  if (!wanted || !URL.canParse(wanted)) return siteUrl;
  const { protocol, origin, username, password } = new URL(wanted);
  const isPage = (protocol === "https:" || protocol === "http:") && username === "" && password === "";
  const known = [new URL(siteUrl).origin, new URL(publicUrl).origin, ...redirectOrigins];
  return isPage && known.includes(origin) ? wanted : siteUrl;
}

/** The page with facts behind the `#`, where no server sees them. */
export function withFragment(page: string, facts: Readonly<Record<string, string>>): string {
  const url = new URL(page);
  url.hash = new URLSearchParams(facts).toString();
  return url.href;
}
