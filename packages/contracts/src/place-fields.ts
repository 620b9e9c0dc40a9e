import * as z from "zod";
import { StorableRecord, storableText } from "./storable.ts";

export const Time = z.iso.datetime();

/** PostgreSQL has no year 0, and JavaScript writes years from 10000 on as nobody else reads them. */
export function isStorableTime(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  return year >= 1 && year < 10_000;
}

/** A moment that somebody names and that is stored or compared with what is. */
export const NamedTime = Time.refine(isStorableTime, "Too far away");

/** A short name for addresses and scripts, the only one of its kind in the installation. */
export const Slug = storableText(100).regex(/^[a-z0-9]+(?:[-_][a-z0-9]+)*$/, "Small letters, digits, - and _ only");

/** One line, since it stands in the subjects of mails. */
export const DisplayName = storableText(255)
  .trim()
  .min(1)
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, "One line only");

export const Description = storableText(5000).nullable();

const maximumMetadata = 16_384;

/** Whatever a client keeps with it. */
export const Metadata = StorableRecord.refine(
  (metadata) => JSON.stringify(metadata).length <= maximumMetadata,
  `Longer than ${maximumMetadata} characters as JSON`,
);

/** As stored, whoever stored it. */
export const StoredMetadata = z.record(z.string(), z.unknown());

/** Letters of any script, but nothing that means something to a mail server. */
const emailAddressForm = /^[^\s@<>()[\]\\,;:"\p{C}]+@[^\s@<>()[\]\\,;:"\p{C}]+\.[^\s@<>()[\]\\,;:"\p{C}]+$/u;

/** In small letters, as accounts have it. */
export const EmailAddress = storableText(255).trim().toLowerCase().regex(emailAddressForm, "Not an e-mail address");
