import { type Contract, GaiaError, originOf, type Principal, toGaiaError, userIdOf } from "@gaia/contracts";
import { can } from "@gaia/kit/permission";
import type { Log } from "@gaia/kit/log";
import { isPathClosed } from "../authentication/is-path-closed.ts";
import type { PrincipalCache } from "../authentication/principal-cache.ts";
import type { Credential } from "../authentication/read-credentials.ts";

/** A request whose answer is still under way, and whose it is. */
export interface OpenStream {
  readonly requestId: string;
  readonly principal: Principal;
  readonly credential: Credential;
  readonly contract: Pick<Contract, "name" | "permission" | "http">;
  /** As it was asked for. */
  readonly path: string;
  /** How many revocations had been heard of before the principal was looked up; see `OpenStreams.count`. */
  readonly since: number;
  end(error: GaiaError): void;
}

interface OpenStreamsDeps {
  readonly principals: Pick<PrincipalCache, "find">;
  readonly log: Log;
}

const rechecksAtOnce = 50;

const revoked = () =>
  new GaiaError("UNAUTHENTICATED", "The credentials of this request were revoked", { reason: "credentials.revoked" });
const forbidden = () =>
  new GaiaError("FORBIDDEN", "The permission for this request was withdrawn", { reason: "permission.withdrawn" });

/**
 * The answers under way, so that a revocation ends them too. Whoever may have lost something is looked up anew; when
 * that cannot be done, the answer ends as well, because nobody can say that it may go on.
 */
export class OpenStreams {
  readonly #deps: OpenStreamsDeps;
  readonly #open = new Set<OpenStream>();
  #heard = 0;

  constructor(deps: OpenStreamsDeps) {
    this.#deps = deps;
  }

  /** Rises with every revocation. */
  get count(): number {
    return this.#heard;
  }

  /** Answers the function that says that the answer is over. */
  add(stream: OpenStream): () => void {
    this.#open.add(stream);
    // What was revoked between the look-up and now was announced before anybody listened for this one.
    if (stream.since !== this.#heard) void this.#recheck(stream);
    return () => void this.#open.delete(stream);
  }

  /** Ends what runs under a key. */
  endKey(keyHash: string): void {
    this.#end(({ credential }) => credential.hash === keyHash);
  }

  /** Ends what runs in sessions of a user; where no sessions are named, looks at everything of the user anew. */
  async endSessions(userId: string, sessionIds: readonly string[] | null): Promise<void> {
    if (sessionIds === null) return this.recheckUser(userId);
    this.#end(({ principal }) => {
      const origin = originOf(principal);
      return origin.userId === userId && origin.sessionId !== null && sessionIds.includes(origin.sessionId);
    });
  }

  async recheckUser(userId: string): Promise<void> {
    await this.#recheckAll(({ principal }) => originOf(principal).userId === userId);
  }

  async recheckEverybody(): Promise<void> {
    await this.#recheckAll(() => true);
  }

  #end(isConcerned: (stream: OpenStream) => boolean): void {
    this.#heard += 1;
    for (const stream of [...this.#open].filter(isConcerned)) this.#finish(stream, revoked());
  }

  async #recheckAll(isConcerned: (stream: OpenStream) => boolean): Promise<void> {
    this.#heard += 1;
    const waiting = [...this.#open].filter(isConcerned).values();
    const work = async () => {
      for (const stream of waiting) await this.#recheck(stream);
    };
    await Promise.all(Array.from({ length: rechecksAtOnce }, work));
  }

  async #recheck(stream: OpenStream): Promise<void> {
    try {
      const principal = await this.#deps.principals.find(stream.credential, stream.requestId);
      if (principal === null) this.#finish(stream, revoked());
      else if (!isStillOpen(principal, stream)) this.#finish(stream, forbidden());
    } catch (error) {
      this.#finish(stream, toGaiaError(error));
    }
  }

  #finish(stream: OpenStream, error: GaiaError): void {
    if (!this.#open.delete(stream)) return;
    const { requestId, contract, principal } = stream;
    const event = { service: "gateway", operation: contract.name, requestId, userId: userIdOf(principal) ?? undefined };
    this.#deps.log.info({ ...event, outcome: error.code, reason: error.reason }, "an answer under way was ended");
    stream.end(error);
  }
}

function isStillOpen(principal: Principal, { contract, path }: OpenStream): boolean {
  return can(principal, contract.permission).allowed && !isPathClosed(principal, contract, path);
}
