import { invalidRequest } from "../identity-error.ts";

// Letters of any script, but nothing that means something to a mail server.
const form = /^[^\s@<>()[\]\\,;:"\p{C}]+@[^\s@<>()[\]\\,;:"\p{C}]+\.[^\s@<>()[\]\\,;:"\p{C}]+$/u;

/** An address as accounts have it, in small letters. Refusals as in supabase/auth `validateEmail`. */
export function readEmailAddress(text: string | undefined): string {
  const address = (text ?? "").trim().toLowerCase();
  if (address === "") throw invalidRequest("An email address is required");
  if (address.length > 255) throw invalidRequest("An email address is too long");
  if (!form.test(address)) throw invalidRequest("Unable to validate email address: invalid format");
  return address;
}
