import { expect, test, vi } from "vitest";
import { CircuitBreaker } from "./circuit-breaker.ts";

function setup() {
  const clock = { now: 0 };
  const onOpen = vi.fn<() => void>();
  const breaker = new CircuitBreaker({ failureLimit: 3, pauseMs: 1_000, now: () => clock.now, onOpen });
  const fail = (times: number) => {
    for (let index = 0; index < times; index++) breaker.failed();
  };
  return { clock, onOpen, breaker, fail };
}

test("the circuit opens after as many failures in a row as are allowed", () => {
  const { breaker, fail, onOpen } = setup();

  fail(2);
  expect(breaker.admits()).toBe(true);
  fail(1);

  expect([breaker.isOpen, breaker.admits()]).toEqual([true, false]);
  expect(onOpen).toHaveBeenCalledOnce();
});

test("a success in between starts the count again", () => {
  const { breaker, fail } = setup();

  fail(2);
  breaker.succeeded();
  fail(2);

  expect(breaker.isOpen).toBe(false);
});

test("after the pause one probe is let through, and its success closes the circuit", () => {
  const { breaker, clock, fail } = setup();
  fail(3);

  clock.now = 1_000;
  expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
  breaker.succeeded();

  expect([breaker.isOpen, breaker.admits()]).toEqual([false, true]);
});

test("a failed probe costs another pause", () => {
  const { breaker, clock, fail, onOpen } = setup();
  fail(3);

  clock.now = 1_000;
  breaker.admits();
  fail(1);
  clock.now = 1_999;
  expect(breaker.admits()).toBe(false);
  clock.now = 2_000;

  expect(breaker.admits()).toBe(true);
  expect(onOpen).toHaveBeenCalledOnce();
});
