/** What a mail about an account is for, as `type` in its link says it. */
export type AccountMailKind = "signup" | "recovery" | "email_change";

export interface Mail {
  readonly kind: AccountMailKind | "invitation";
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
