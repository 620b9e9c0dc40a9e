import { expect, test } from "vitest";
import { writeInvitationMail } from "./write-invitation-mail.ts";

const facts = {
  to: "ben@example.test",
  siteUrl: "https://site.example.test/gaia",
  token: "inv_secret",
  inviter: { name: null, email: "ada@example.test" },
  place: { type: "team", displayName: "The painters" },
} as const;

test("says who invites where, with a link below the site", () => {
  expect(writeInvitationMail(facts)).toMatchObject({
    kind: "invitation",
    to: "ben@example.test",
    subject: 'Invitation to the team "The painters"',
    link: "https://site.example.test/gaia/invitations?token=inv_secret",
    text: expect.stringMatching(/^ada@example\.test invites you to the team "The painters"\.$/m),
  });
  expect(writeInvitationMail({ ...facts, inviter: undefined }).text).toMatch(/^You are invited to the team/);
});

test("lets nobody write text or markup of their own", () => {
  const name = "Ada\n\nYour account is locked:\u2028http://evil.example.test <b>&</b>";
  const mail = writeInvitationMail({
    ...facts,
    inviter: { name, email: "ada@example.test" },
    place: { type: "workspace", displayName: `x\r\nBcc: all@example.test ${"y".repeat(300)}` },
  });

  expect(mail.text.split("\n")[0]).toBe(
    "Ada Your account is locked: http://evil.example.test <b>&</b> (ada@example.test) invites you to " +
      `the workspace "x Bcc: all@example.test ${"y".repeat(76)}".`,
  );
  expect(mail.subject).not.toMatch(/[\r\n]/);
  expect(mail.html).not.toContain("<b>");
});
