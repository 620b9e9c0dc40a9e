/** What the queue needs from the one PostgreSQL session. */
export interface Session {
  /** Sends protocol messages and hands back the answer piece by piece, before it resolves. */
  execute(bytes: Uint8Array, onAnswer: (piece: Uint8Array) => void): Promise<void>;
  isInTransaction(): boolean;
  rollback(): Promise<void>;
}

/** One connected client. */
export interface SessionUser {
  readonly isOpen: boolean;
  receive(piece: Uint8Array): void;
  /** Ends the connection, telling the client why, and removes it from the queue. */
  drop(reason: string): void;
}

const silenceReason = "A transaction was left open for too long while others were waiting";

interface Exchange {
  readonly user: SessionUser;
  readonly bytes: Uint8Array;
  readonly complete: boolean;
}

/**
 * Lets many clients take turns on one session. A turn lasts until the client is outside a transaction
 * again; one that falls silent in the middle is dropped as soon as somebody else is waiting for it.
 */
export class SessionQueue {
  readonly #session: Session;
  readonly #silenceLimitMs: number;
  #waiting: Exchange[] = [];
  #holder: SessionUser | undefined;
  #silence: NodeJS.Timeout | undefined;
  #isHolderSilent = false;
  #isRunning = false;

  constructor(session: Session, silenceLimitMs: number) {
    this.#session = session;
    this.#silenceLimitMs = silenceLimitMs;
  }

  /** Rejects when the session itself fails; what is wrong with a statement is part of its answer. */
  async add(exchange: Exchange): Promise<void> {
    this.#waiting.push(exchange);
    this.#dropSilentHolder();
    await this.#run();
  }

  /** Forgets a client that is gone and undoes what it left unfinished. */
  async remove(user: SessionUser): Promise<void> {
    this.#waiting = this.#waiting.filter((exchange) => exchange.user !== user);
    await this.#run();
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (;;) {
        await this.#releaseAbandoned();
        const next = this.#next();
        if (!next) return;
        await this.#execute(next);
        // Lets the sockets of the others be read in between.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      this.#isRunning = false;
    }
  }

  #next(): Exchange | undefined {
    const holder = this.#holder;
    const index = holder ? this.#waiting.findIndex((exchange) => exchange.user === holder) : 0;
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  async #execute({ user, bytes, complete }: Exchange): Promise<void> {
    this.#endSilence();
    await this.#session.execute(bytes, (piece) => user.receive(piece));
    const keepsTurn = !complete || this.#session.isInTransaction();
    this.#holder = keepsTurn ? user : undefined;
    if (keepsTurn) this.#awaitSilence();
  }

  #awaitSilence(): void {
    this.#silence = setTimeout(() => {
      this.#isHolderSilent = true;
      this.#dropSilentHolder();
    }, this.#silenceLimitMs);
  }

  #endSilence(): void {
    clearTimeout(this.#silence);
    this.#isHolderSilent = false;
  }

  /** Unless its next statement has arrived, or nobody minds its silence. */
  #dropSilentHolder(): void {
    const holder = this.#holder;
    if (!this.#isHolderSilent || !holder || this.#waiting.length === 0) return;
    if (this.#waiting.some(({ user }) => user === holder)) return;
    this.#endSilence();
    holder.drop(silenceReason);
  }

  async #releaseAbandoned(): Promise<void> {
    if (!this.#holder || this.#holder.isOpen) return;
    this.#endSilence();
    this.#holder = undefined;
    await this.#session.rollback();
  }
}
