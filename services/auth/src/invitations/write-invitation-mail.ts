import { escapeHtml } from "../mail/escape-html.ts";
import type { Mail } from "../mail/mailer.ts";

interface InvitationFacts {
  readonly to: string;
  readonly siteUrl: string;
  readonly token: string;
  /** `undefined` for one of Gaia's services. */
  readonly inviter: { readonly name: string | null; readonly email: string } | undefined;
  readonly place: { readonly type: "team" | "workspace"; readonly displayName: string };
}

export function writeInvitationMail({ to, siteUrl, token, inviter, place }: InvitationFacts): Mail {
  const link = new URL(`invitations?token=${token}`, siteUrl.endsWith("/") ? siteUrl : `${siteUrl}/`).href;
  const where = `the ${place.type} "${inOneLine(place.displayName)}"`;
  const reason =
    inviter === undefined ? `You are invited to ${where}.` : `${callPerson(inviter)} invites you to ${where}.`;
  const action = "Sign in with this address and join";
  const end = "The invitation lasts a week. If you do not want to join, there is nothing to do.";
  return {
    kind: "invitation",
    to,
    subject: `Invitation to ${where}`,
    link,
    text: [reason, "", `${action}:`, link, "", end, ""].join("\n"),
    html: [`<p>${escapeHtml(reason)}</p>`, `<p><a href="${escapeHtml(link)}">${action}</a></p>`, `<p>${end}</p>`].join(
      "\n",
    ),
  };
}

/** A name is what somebody likes to be called; the address is what was confirmed. */
function callPerson({ name, email }: NonNullable<InvitationFacts["inviter"]>): string {
  return name === null || name.trim() === "" ? email : `${inOneLine(name)} (${email})`;
}

const longest = 100;

/** What people call themselves and their places must not pass for a text of Gaia's. */
function inOneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return Array.from(line).slice(0, longest).join("");
}
