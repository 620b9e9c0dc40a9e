import type { IdentityDeps } from "../identity-deps.ts";
import type { Mail } from "./mailer.ts";

/** Nobody waits for it: how long a mail takes would tell that there is an account. */
export function postMail({ background, mailer }: Pick<IdentityDeps, "background" | "mailer">, mail: Mail): void {
  background.run("send mail", mailer.send(mail));
}
