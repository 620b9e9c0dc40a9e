import { isIP } from "node:net";

interface Hops {
  /** Who is connected: the client, or the nearest proxy. */
  readonly socketAddress: string | undefined;
  /** `X-Forwarded-For`; everything in it but what our own proxies added is the client's word. */
  readonly forwardedFor: string | null;
  readonly trustedProxies: number;
}

/** The client's address: as many steps back as there are proxies. IPv4 in IPv6's clothes is IPv4. */
export function findClientAddress({ socketAddress, forwardedFor, trustedProxies }: Hops): string {
  const steps = trustedProxies === 0 || forwardedFor === null ? [] : forwardedFor.split(",");
  // Whoever comes past one of the proxies is not believed.
  const forwarded = steps.length < trustedProxies ? undefined : steps.at(-trustedProxies);
  const given = withoutPort(forwarded?.trim() ?? "");
  const address = trustedProxies > 0 && isIP(given) !== 0 ? given : socketAddress;
  return address === undefined ? "unknown" : withoutMapping(address);
}

// Some proxies name the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
function withoutPort(step: string): string {
  const { bracketed, plain } = /^(?:\[(?<bracketed>[^\]]*)\]|(?<plain>[\d.]+))(?::\d+)?$/.exec(step)?.groups ?? {};
  return bracketed ?? plain ?? step;
}

function withoutMapping(address: string): string {
  return /^::ffff:(?<inner>\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.groups?.["inner"] ?? address;
}
