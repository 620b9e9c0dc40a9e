import { setTimeout as delay } from "node:timers/promises";
import { unavailable } from "@gaia/contracts";
import { connect, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";
import type { Log } from "../log.ts";

interface Listener {
  readonly subject: string;
  readonly queue: string | undefined;
  readonly receive: (message: Msg) => void;
}

interface LinkOptions {
  readonly url: string;
  readonly name: string;
  readonly log: Log;
}

const retryMs = 250;
const attemptMs = 2_000;
const heartbeatMs = 5_000;
const patienceMs = 2_000;

/**
 * A connection to NATS that is there or on its way back, and the listeners that belong on it. The client library's own
 * reconnecting is off: it leaves requests in flight to their timeouts.
 */
export class NatsLink {
  readonly #options: LinkOptions;
  readonly #subscriptions = new Map<Listener, Subscription | undefined>();
  readonly #firstAttempt = Promise.withResolvers<void>();
  readonly #staying: Promise<void>;
  readonly #returned: (() => void)[] = [];
  #hasBeenConnected = false;
  #connection: NatsConnection | undefined;
  #isClosing = false;
  #isToldUnreachable = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#staying = this.#stayConnected();
  }

  /** `undefined` while there is no connection. */
  get connection(): NatsConnection | undefined {
    return this.#connection?.isClosed() === false ? this.#connection : undefined;
  }

  /** Calls back on every connection but the first. */
  onReturn(handle: () => void): void {
    this.#returned.push(handle);
  }

  /** Resolves after the first attempt to connect, whether it succeeded or not. */
  firstAttempt(): Promise<void> {
    return this.#firstAttempt.promise;
  }

  async roundTrip(): Promise<void> {
    const isAnswered = this.connection?.flush().then(() => true);
    // A connection that is lost meanwhile leaves its flushes unsettled.
    const isLate = delay(patienceMs, false, { ref: false });
    if ((await Promise.race([isAnswered, isLate])) !== true) throw unavailable("nats");
  }

  /** Listens now or as soon as there is a connection, and again on every later one. Ends with the returned function. */
  async listen(listener: Listener): Promise<() => Promise<void>> {
    this.#subscriptions.set(listener, undefined);
    this.#attach(listener);
    // Whoever calls right after this must find the listener. If the connection breaks here, the next one brings it.
    await this.roundTrip().catch(() => undefined);
    return async () => {
      const subscription = this.#subscriptions.get(listener);
      this.#subscriptions.delete(listener);
      await atMost(patienceMs, drain(subscription));
    };
  }

  /** Receives no more; what was received can still be answered. */
  async stopListening(): Promise<void> {
    const open = [...this.#subscriptions.values()];
    this.#subscriptions.clear();
    await atMost(patienceMs, Promise.all(open.map(drain)));
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#firstAttempt.resolve();
    const connection = this.connection;
    // Rejects when the connection is lost meanwhile.
    if (connection !== undefined)
      await atMost(
        patienceMs,
        connection.drain().catch(() => undefined),
      );
    await connection?.close();
    await this.#staying;
  }

  async #stayConnected(): Promise<void> {
    while (!this.#isClosing) {
      await this.#connectOnce().catch((error: unknown) => this.#failedAttempt(error));
      if (!this.#isClosing) await delay(retryMs);
    }
  }

  async #connectOnce(): Promise<void> {
    const { log } = this.#options;
    const connection = await this.#dial();
    if (this.#isClosing) return connection.close();
    this.#connection = connection;
    for (const listener of this.#subscriptions.keys()) this.#attach(listener);
    this.#firstAttempt.resolve();
    this.#isToldUnreachable = false;
    log.info({ server: connection.getServer() }, "connected to NATS");
    if (this.#hasBeenConnected) for (const handle of this.#returned) handle();
    this.#hasBeenConnected = true;
    await untilLost(connection, log);
    if (!this.#isClosing) log.warn("lost the connection to NATS");
  }

  /** Tries until there is a connection; only closing ends it before, through a throw in the library's own hook. */
  #dial(): Promise<NatsConnection> {
    const { url, name } = this.#options;
    return connect({
      ...addressOf(url),
      name,
      reconnect: false,
      waitOnFirstConnect: true,
      ignoreAuthErrorAbort: true,
      noAsyncTraces: true,
      timeout: attemptMs,
      reconnectTimeWait: retryMs,
      pingInterval: heartbeatMs,
      reconnectToServer: ([server]) => {
        if (this.#isClosing) throw new Error("closed before NATS answered");
        if (server !== undefined && server.lastConnect > 0) this.#failedAttempt();
        return null;
      },
    });
  }

  #failedAttempt(error?: unknown): void {
    this.#firstAttempt.resolve();
    if (this.#isToldUnreachable || this.#isClosing) return;
    this.#isToldUnreachable = true;
    this.#options.log.warn({ error }, "NATS cannot be reached; trying on in the background");
  }

  #attach(listener: Listener): void {
    const connection = this.connection;
    if (connection === undefined || connection.isDraining()) return;
    const { subject, queue, receive } = listener;
    const callback = (error: Error | null, message: Msg) => {
      if (error === null) return receive(message);
      this.#options.log.error({ subject, error }, "NATS ended a subscription");
    };
    const options = queue === undefined ? { callback } : { queue, callback };
    this.#subscriptions.set(listener, connection.subscribe(subject, options));
  }
}

async function untilLost(connection: NatsConnection, log: Log): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === "error") log.warn({ error: status.error }, "NATS reported an error");
    if (status.type === "staleConnection") break;
  }
  // The library waits for its last write before it gives a stale connection up, which a stalled server never takes.
  await connection.close();
}

async function drain(subscription: Subscription | undefined): Promise<void> {
  if (subscription === undefined || subscription.isClosed()) return;
  // Rejects when the connection is gone, and the subscription with it.
  await subscription.drain().catch(() => undefined);
}

// A stalled server answers no drain, and must not hold a process that wants to stop.
async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work, delay(milliseconds, undefined, { ref: false })]);
}

function addressOf(url: string) {
  const { host, username, password, protocol } = new URL(url);
  return {
    servers: host,
    ...(username === "" ? {} : { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
    ...(protocol === "tls:" ? { tls: {} } : {}),
  };
}
