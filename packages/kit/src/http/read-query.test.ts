import { accounts, auth, chat, type Contract, identity } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { readQuery } from "./read-query.ts";

const query = "grant_type=password&redirect_to=%2F&email=a%40b.test&password=p&token=t&api_key=k&page=2";
const namesOf = (contract: Contract) => Object.keys(readQuery(contract, `http://gaia.test/x?${query}`));

describe("the query of an address", () => {
  test.each<[string, Contract, string[]]>([
    ["nothing to sign in", accounts.login, []],
    ["nothing to validate a key", auth.validate, []],
    ["nothing to erase an account", accounts.eraseAccount, []],
    ["the grant, as Supabase's clients put it there", identity.issueSession, ["grant_type"]],
    ["where a mailed link leads", identity.signUp, ["redirect_to"]],
    ["where a mailed link leads, when an address changes", identity.updateOwnUser, ["redirect_to"]],
    ["nothing of an account that an administrator makes", identity.createIdentityUser, []],
  ])("gives %s", (_what, contract, expected) => {
    expect(namesOf(contract)).toEqual(expected);
  });

  test.each<[string, Contract]>([
    ["a list", identity.listIdentityUsers],
    ["a mailed link", identity.verifyMailedLink],
    ["a route whose body has no secrets", chat.chat],
  ])("gives everything to %s", (_what, contract) => {
    expect(namesOf(contract)).toHaveLength(7);
  });

  test("is empty where there is none", () => {
    expect(readQuery(chat.chat, "http://gaia.test/x")).toEqual({});
    expect(readQuery(chat.chat, "http://gaia.test/x?")).toEqual({});
  });

  test("decodes what is encoded", () => {
    expect(readQuery(identity.recoverAccount, "/recover?redirect_to=https%3A%2F%2Fa.test&email=a")).toEqual({
      redirect_to: "https://a.test",
    });
  });
});
