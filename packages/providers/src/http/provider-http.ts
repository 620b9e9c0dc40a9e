import { Agent, fetch as undiciFetch, Pool } from "undici";

// Long enough for a model that thinks between two tokens; a connection that is silent longer is dead.
const shortestBodyTimeout = 300_000;
const maximumConnections = 2048;

interface ProviderHttpOptions {
  readonly origin: string;
  /** Until the first byte of an answer. */
  readonly timeoutMilliseconds: number;
}

export interface ProviderHttp {
  /** For bytes that pass through. */
  readonly pool: Pool;
  /** For libraries that want `fetch`. */
  readonly fetch: typeof fetch;
  close(): Promise<void>;
}

/** Connections to one provider. HTTP/1.1 only, so that an abort closes its connection and disturbs no other stream. */
export function createProviderHttp({ origin, timeoutMilliseconds }: ProviderHttpOptions): ProviderHttp {
  const limits = {
    allowH2: false,
    connections: maximumConnections,
    keepAliveTimeout: 30_000,
    headersTimeout: timeoutMilliseconds,
    bodyTimeout: Math.max(shortestBodyTimeout, timeoutMilliseconds),
  };
  const pool = new Pool(origin, limits);
  const agent = new Agent(limits);
  return {
    pool,
    fetch: fetchThrough(agent),
    close: async () => {
      await Promise.all([pool.close(), agent.close()]);
    },
  };
}

// undici's own fetch is used because the built-in one refuses the dispatchers of another undici version; the two
// differ in nothing but the identity of their types.
function fetchThrough(agent: Agent): typeof fetch {
  const send = (input: Parameters<typeof undiciFetch>[0], init?: Parameters<typeof undiciFetch>[1]) =>
    undiciFetch(input, { ...init, dispatcher: agent });
  return send as unknown as typeof fetch;
}
