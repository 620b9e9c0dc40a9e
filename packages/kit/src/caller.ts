import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";
import { Caller, unavailable } from "@gaia/contracts";
import type { Secret } from "./config/secret.ts";

/** The header that carries the signed caller on the inner HTTP hop. Never accepted from outside. */
export const callerHeader = "x-gaia-caller";

const lifetimeSeconds = 60;
// Those made for other processes never come back; a process that calls itself has no more of them under way.
const mostRemembered = 1000;

/**
 * Signs and checks callers with `GAIA_INTERNAL_SECRET`; the signature ends after a minute. A seal that comes back to the
 * object that made it is known by its whole text and needs no second signature, which a service in the gateway's own
 * process would otherwise compute for every request.
 */
export interface CallerSeal {
  seal(caller: Caller): string;
  /** The caller, or `null` for anything unsigned, altered or too old. */
  open(sealed: string): Caller | null;
}

export function createCallerSeal(secret: Secret, now: () => number = Date.now): CallerSeal {
  // Given as bytes, the key would be prepared anew for each request, which costs more than the signature.
  const key = createSecretKey(secret.reveal(), "utf8");
  const sign = (payload: string) => createHmac("sha256", key).update(payload).digest("base64url");
  const isOver = (expires: number) => !(expires * 1000 >= now());
  const made = new MadeSeals();

  return {
    seal(caller) {
      const expires = Math.floor(now() / 1000) + lifetimeSeconds;
      const payload = `${expires}.${Buffer.from(JSON.stringify(caller)).toString("base64url")}`;
      const sealed = `${payload}.${sign(payload)}`;
      made.remember(sealed, { caller, expires });
      return sealed;
    },
    open(sealed) {
      const own = made.take(sealed);
      if (own !== undefined) return isOver(own.expires) ? null : own.caller;
      const end = sealed.lastIndexOf(".");
      const payload = sealed.slice(0, end);
      const separator = payload.indexOf(".");
      if (end < 0 || separator < 0 || !isSame(sign(payload), sealed.slice(end + 1))) return null;
      if (isOver(Number(payload.slice(0, separator)))) return null;
      return readCaller(payload.slice(separator + 1));
    },
  };
}

interface MadeSeal {
  readonly caller: Caller;
  readonly expires: number;
}

/** Seals that were made here and not opened yet, the newest of them. */
class MadeSeals {
  private readonly bySeal = new Map<string, MadeSeal>();

  remember(sealed: string, made: MadeSeal): void {
    if (this.bySeal.size >= mostRemembered) this.forgetOldest();
    this.bySeal.set(sealed, made);
  }

  take(sealed: string): MadeSeal | undefined {
    const made = this.bySeal.get(sealed);
    if (made !== undefined) this.bySeal.delete(sealed);
    return made;
  }

  private forgetOldest(): void {
    for (const oldest of this.bySeal.keys()) {
      this.bySeal.delete(oldest);
      return;
    }
  }
}

// A newer version of Gaia may seal what this one cannot read.
function readCaller(encoded: string): Caller | null {
  try {
    return Caller.parse(JSON.parse(Buffer.from(encoded, "base64url").toString("utf8")));
  } catch {
    return null;
  }
}

function isSame(expected: string, given: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}

export interface DeferredSeal extends CallerSeal {
  /** Called once, when the shared secret is known. */
  provide(secret: Secret): void;
}

/** A seal whose secret comes later, from a database that may still be away; until then callers are `UNAVAILABLE`. */
export function deferCallerSeal(): DeferredSeal {
  let real: CallerSeal | undefined;
  const ready = (): CallerSeal => {
    if (real === undefined) throw unavailable("gateway");
    return real;
  };
  return {
    provide: (secret) => void (real = createCallerSeal(secret)),
    seal: (caller) => ready().seal(caller),
    open: (sealed) => ready().open(sealed),
  };
}
