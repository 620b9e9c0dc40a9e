import { expect, test } from "vitest";
import { SessionQueue, type SessionUser } from "./session-queue.ts";

test("who is inside a transaction keeps the turn until it ends", async () => {
  const { queue, user, log } = setup();
  const [ada, ben] = [user("ada"), user("ben")];
  await Promise.all([
    ada.sends("begin"),
    ben.sends("ben 1"),
    ada.sends("ada 1"),
    ben.sends("ben 2"),
    ada.sends("commit"),
  ]);
  expect(log).toEqual(["begin", "ada 1", "commit", "ben 1", "ben 2"]);
  await queue.remove(ada);
});

test("who leaves inside a transaction is rolled back, and the others go on", async () => {
  const { user, log } = setup();
  const [ada, ben] = [user("ada"), user("ben")];
  await ada.sends("begin");
  await ben.sends("ben 1");
  await ada.leaves();
  await expect.poll(() => log).toEqual(["begin", "rollback", "ben 1"]);
});

test("what was not yet run for a client that left is never run", async () => {
  const { user, log } = setup();
  const [ada, ben] = [user("ada"), user("ben")];
  await ada.sends("begin");
  await ben.sends("ben 1");
  await ben.leaves();
  await ada.sends("commit");
  expect(log).toEqual(["begin", "commit"]);
});

test("who falls silent inside a transaction is dropped", async () => {
  const { user, log } = setup({ silenceLimitMs: 1 });
  const [ada, ben] = [user("ada"), user("ben")];
  await ada.sends("begin");
  await ben.sends("ben 1");
  await expect.poll(() => log).toEqual(["begin", "rollback", "ben 1"]);
  expect(ada.isOpen).toBe(false);
});

test("who falls silent inside a transaction stays while nobody waits, and no longer", async () => {
  const { user, log } = setup({ silenceLimitMs: 1 });
  const [ada, ben] = [user("ada"), user("ben")];
  await ada.sends("begin");
  // Timers of the same length end in the order in which they began.
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(ada.isOpen).toBe(true);
  await ada.sends("ada 1");
  await new Promise((resolve) => setTimeout(resolve, 1));
  await ben.sends("ben 1");
  await expect.poll(() => log).toEqual(["begin", "ada 1", "rollback", "ben 1"]);
  expect(ada.isOpen).toBe(false);
});

interface TestUser extends SessionUser {
  sends(statement: string): Promise<void>;
  leaves(): Promise<void>;
}

function setup({ silenceLimitMs = 60_000 } = {}): {
  queue: SessionQueue;
  user: (name: string) => TestUser;
  log: string[];
} {
  const log: string[] = [];
  let isInTransaction = false;
  const queue = new SessionQueue(
    {
      execute: (bytes) => {
        const statement = Buffer.from(bytes).toString();
        log.push(statement);
        if (statement === "begin") isInTransaction = true;
        if (statement === "commit") isInTransaction = false;
        return Promise.resolve();
      },
      isInTransaction: () => isInTransaction,
      rollback: () => {
        log.push("rollback");
        isInTransaction = false;
        return Promise.resolve();
      },
    },
    silenceLimitMs,
  );
  const createUser = (): TestUser => {
    let isOpen = true;
    const user: TestUser = {
      get isOpen() {
        return isOpen;
      },
      receive: () => undefined,
      drop: () => {
        void user.leaves();
      },
      sends: (statement) => queue.add({ user, bytes: Buffer.from(statement), complete: true }),
      leaves: () => {
        isOpen = false;
        return queue.remove(user);
      },
    };
    return user;
  };
  return { queue, user: createUser, log };
}
