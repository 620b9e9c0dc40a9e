import { roles } from "@gaia/contracts";
import { expect, test } from "vitest";
import { openAdministrationWorld } from "../testing/open-administration-world.ts";

const { call, createPerson, roleId } = await openAdministrationWorld();

test.each(["-".repeat(36), "a".repeat(36), `${"0".repeat(35)}-`])(
  "no list takes %j for an id in a cursor",
  async (id) => {
    const administrator = await createPerson([["super_admin"]]);
    const cursorOf = (key: string) => Buffer.from(key).toString("base64url");
    const role_id = await roleId("user");

    const assignments = call(roles.listAssignments, administrator, {
      role_id,
      cursor: cursorOf(`${id} global global`),
    });
    await expect(assignments).rejects.toMatchObject({ code: "INVALID_INPUT" });
    const permissions = call(roles.listPermissions, administrator, { cursor: cursorOf(`kb read ${id}`) });
    await expect(permissions).rejects.toMatchObject({ code: "INVALID_INPUT" });
  },
);
