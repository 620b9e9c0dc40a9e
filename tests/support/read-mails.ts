import { readFile } from "node:fs/promises";
import type { World } from "./start-gaia.ts";

export interface ReadMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly link: URL;
  readonly code: string;
}

const deadlineMs = 5_000;

/** The newest mail to an address among those that Gaia wrote to its folder; waits for it, since nobody else does. */
export async function readMail({ logs }: Pick<World, "logs">, to: string, subject: RegExp): Promise<ReadMail> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const files = logs().flatMap(({ file }) => (typeof file === "string" && file.endsWith(".eml") ? [file] : []));
    const mails = await Promise.all(files.map(async (file) => parseMail(await readFile(file, "utf8"))));
    const found = mails.findLast((mail) => mail.to === to && subject.test(mail.subject));
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`no mail to ${to} about ${subject.source}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function parseMail(source: string): ReadMail {
  const header = (name: string) => new RegExp(`^${name}: (?<value>.*)$`, "m").exec(source)?.groups?.["value"] ?? "";
  const part = source.slice(source.indexOf("text/plain"));
  const body = part.slice(part.indexOf("\n\n"), part.search(/^--/m));
  const text = /quoted-printable/.test(part.slice(0, part.indexOf("\n\n"))) ? decodeQuotedPrintable(body) : body;
  return {
    to: header("To"),
    subject: header("Subject"),
    text,
    link: new URL(/https?:\/\/\S+\/(?:auth\/v1\/verify|invitations)\?\S+/.exec(text)?.[0] ?? "about:blank"),
    code: /code: (?<code>\d{6})/.exec(text)?.groups?.["code"] ?? "",
  };
}

function decodeQuotedPrintable(text: string): string {
  return text
    .replaceAll(/=\r?\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
