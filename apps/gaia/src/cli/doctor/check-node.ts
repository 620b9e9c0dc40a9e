import { fail, type Finding, ok, warn } from "./finding.ts";

const tested = 24;
// From here on Node takes the types out of our sources by itself.
const oldest = [22, 18] as const;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const advice = `Use Node ${tested}: \`npm ci\` installs it into node_modules/.bin, which npx and npm scripts use`;
  if (major === tested) return ok("node", version);
  const isTooOld = major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
  if (isTooOld) return fail("node", `${version} is too old`, advice);
  return warn("node", `${version}; Gaia is tested on ${tested}`, advice);
}
