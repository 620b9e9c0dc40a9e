import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "@gaia/kit/log";
import { createTransport } from "nodemailer";
import type { Mailer } from "./mailer.ts";

interface FolderMailerOptions {
  readonly folder: string;
  readonly from: string;
  readonly log: Log;
  readonly now: () => Date;
  /**
   * Whether the log gets the link of each mail, which signs in whoever opens it first: only in development, where the
   * log is the developer's own screen.
   */
  readonly isLinkLogged: boolean;
}

/** Writes each mail to a file that only Gaia's own account can read. */
export function createFolderMailer({ folder, from, log, now, isLinkLogged }: FolderMailerOptions): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "unix" });
  return {
    async send({ kind, to, subject, text, html, link }) {
      const { message } = await transport.sendMail({ from, to, subject, text, html, date: now() });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const time = now().toISOString().replaceAll(/[-:.]/g, "");
      const file = join(folder, `${time}-${kind}-${randomUUID()}.eml`);
      await writeFile(file, Buffer.isBuffer(message) ? message : await readAll(message), { mode: 0o600 });
      log.info({ service: "auth", kind, file, ...(isLinkLogged ? { link } : {}) }, "no SMTP_URL: a mail was written");
    },
  };
}

async function readAll(message: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
