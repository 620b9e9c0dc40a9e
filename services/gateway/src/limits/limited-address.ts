import { isIPv6 } from "node:net";

const networkGroups = 4;

/** By what an address is limited: IPv6 by its /64, because a single customer has all of that. */
export function limitedAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const [plain = ""] = address.split("%");
  const [head = "", tail] = plain.split("::");
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: gap }, () => "0"), ...after];
  return `${groups
    .slice(0, networkGroups)
    .map((group) => parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

// IPv4 at the end stands for two groups; it is never in the network's half, so that its digits do not matter.
function groupsOf(part: string): string[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : [group]));
}
