import { expect, test } from "vitest";
import { findProgram } from "./server-process.ts";

test("a server that is not installed is named with its Debian package", async () => {
  await expect(findProgram("no-such-server", "some-package")).rejects.toThrow(
    "install the Debian package some-package",
  );
});
