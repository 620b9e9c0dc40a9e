/** What a mail is for, as `type` in its link says it. */
export type MailKind = "signup" | "recovery" | "email_change";

export interface Mail {
  readonly kind: MailKind;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The link inside, for people who run Gaia without a mail server. */
  readonly link: string;
}

export interface Mailer {
  send(mail: Mail): Promise<void>;
}
