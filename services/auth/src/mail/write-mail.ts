import { escapeHtml } from "./escape-html.ts";
import type { AccountMailKind, Mail } from "./mailer.ts";

interface MailFacts {
  readonly kind: AccountMailKind;
  readonly to: string;
  /** The code to type where the link cannot be opened. */
  readonly code: string;
  readonly link: string;
}

interface Words {
  readonly subject: string;
  readonly reason: string;
  readonly action: string;
}

const wordsByKind: Readonly<Record<AccountMailKind, Words>> = {
  signup: {
    subject: "Confirm your e-mail address",
    reason: "Somebody, probably you, signed up with this address.",
    action: "Confirm the address",
  },
  recovery: {
    subject: "Choose a new password",
    reason: "Somebody, probably you, asked for a new password for the account of this address.",
    action: "Sign in and choose a password",
  },
  email_change: {
    subject: "Confirm the change of your e-mail address",
    reason: "Somebody, probably you, wants to change the e-mail address of an account from or to this one.",
    action: "Agree to the change",
  },
};

export function writeMail({ kind, to, code, link }: MailFacts): Mail {
  const { subject, reason, action } = wordsByKind[kind];
  const end = "It works once and for one hour. If it was not you, there is nothing to do.";
  return {
    kind,
    to,
    subject,
    link,
    text: [reason, "", `${action}:`, link, "", `Or type this code: ${code}`, "", end, ""].join("\n"),
    html: [
      `<p>${reason}</p>`,
      `<p><a href="${escapeHtml(link)}">${action}</a></p>`,
      `<p>Or type this code: <strong>${code}</strong></p>`,
      `<p>${end}</p>`,
    ].join("\n"),
  };
}
