import { GaiaError } from "@gaia/contracts";
import type { Secret } from "@gaia/kit/config/secret";
import { createTransport } from "nodemailer";
import type { Mailer } from "./mailer.ts";

const timeoutMs = 15_000;

/** Sends over SMTP; what cannot be sent is an error of the mail server's, which the log gets. */
export function createSmtpMailer(options: { readonly url: Secret; readonly from: string }): Mailer {
  const transport = createTransport({
    url: options.url.reveal(),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  return {
    async send({ to, subject, text, html }) {
      await transport.sendMail({ from: options.from, to, subject, text, html }).catch((cause: unknown) => {
        throw new GaiaError("UPSTREAM_FAILED", "The mail server did not take a mail", { cause });
      });
    },
  };
}
