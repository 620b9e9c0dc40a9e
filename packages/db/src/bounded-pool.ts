import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import { translateDatabaseError } from "./translate-database-error.ts";

const readTimeout = "Query read timeout";

/**
 * Gives a connection up as soon as one answer on it is overdue. The driver alone would go on using it,
 * so that a transaction on a frozen server waits once for the statement and again for the rollback.
 * Failures leave here as what a caller may know.
 */
export class BoundedPool implements PostgresPool {
  readonly options: object;
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
    this.options = pool.options;
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      return new BoundedClient(await this.#pool.connect());
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

class BoundedClient implements PostgresPoolClient {
  readonly #client: PostgresPoolClient;
  #isGivenUp = false;

  constructor(client: PostgresPoolClient) {
    this.#client = client;
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    statement: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof statement !== "string") throw new Error("Cursors are not supported");
    return this.#run<R>(statement, parameters);
  }

  release(destroy = false): void {
    this.#client.release(destroy || this.#isGivenUp);
  }

  async #run<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    try {
      if (this.#isGivenUp) throw new Error("The connection to the database was given up after a timeout");
      return await this.#client.query<R>(sql, parameters);
    } catch (error) {
      this.#isGivenUp ||= error instanceof Error && error.message === readTimeout;
      throw translateDatabaseError(error);
    }
  }
}
