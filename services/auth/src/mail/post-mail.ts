import type { AuthDeps } from "../deps.ts";
import type { Mail } from "./mailer.ts";

/** Nobody waits for it: how long a mail takes would tell that there is an account. */
export function postMail({ background, mailer }: Pick<AuthDeps, "background" | "mailer">, mail: Mail): void {
  background.run("send mail", mailer.send(mail));
}
