/** What the mock provider's streams and their reader agree on. */
export const chunks = 50;
export const intervalMs = 20;

/** Stands in a chunk's text before the microsecond at which the chunk left. */
export const stampMark = "sent-at-";
export const stampDigits = 16;
