import { describe, expect, test } from "vitest";
import { createMemoryRelease } from "./memory-release.ts";

const mebibyte = 1024 * 1024;

function setup() {
  const process = { footprint: 60 * mebibyte, busyShare: 0.01, collections: 0 };
  const look = createMemoryRelease({
    footprint: () => process.footprint,
    busyShare: () => process.busyShare,
    collect() {
      process.collections += 1;
      process.footprint = 70 * mebibyte;
    },
  });
  return { process, look };
}

describe("memory", () => {
  test("is collected when the process rests and has grown, and not again until it grows again", () => {
    const { process, look } = setup();
    process.footprint = 500 * mebibyte;

    look();
    look();
    expect(process.collections).toBe(1);

    process.footprint = 500 * mebibyte;
    look();
    expect(process.collections).toBe(2);
  });

  test("is left alone while the process is busy", () => {
    const { process, look } = setup();
    Object.assign(process, { footprint: 500 * mebibyte, busyShare: 0.5 });

    look();
    expect(process.collections).toBe(0);

    process.busyShare = 0;
    look();
    expect(process.collections).toBe(1);
  });

  test("is left alone for a little", () => {
    const { process, look } = setup();
    process.footprint = 100 * mebibyte;

    look();

    expect(process.collections).toBe(0);
  });
});
