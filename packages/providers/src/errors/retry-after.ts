export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Seconds until another try makes sense, from whatever header the provider uses: `retry-after` (seconds or a date),
 * `retry-after-ms`, OpenAI's `x-ratelimit-reset-*` (durations such as `6m0s`), Anthropic's
 * `anthropic-ratelimit-*-reset` (dates). Rounded up; `undefined` where none is readable.
 */
export function retryAfterSeconds(headers: AnswerHeaders, now: number): number | undefined {
  const seconds =
    millisecondsHeader(headers) ?? secondsOrDate(headerText(headers, "retry-after"), now) ?? latestReset(headers, now);
  return seconds === undefined ? undefined : Math.max(0, Math.ceil(seconds));
}

function millisecondsHeader(headers: AnswerHeaders): number | undefined {
  const milliseconds = numberOf(headerText(headers, "retry-after-ms"));
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

// A request waits for every limit that it hit; without knowing which one it was, the latest is safe.
function latestReset(headers: AnswerHeaders, now: number): number | undefined {
  const resets = Object.keys(headers)
    .filter((name) => /^(x-ratelimit-reset|anthropic-ratelimit-.*-reset$)/.test(name) && isExhausted(headers, name))
    .map((name) => durationOrDate(headerText(headers, name), now))
    .filter((seconds) => seconds !== undefined);
  return resets.length === 0 ? undefined : Math.max(...resets);
}

function isExhausted(headers: AnswerHeaders, resetName: string): boolean {
  const remaining = numberOf(headerText(headers, resetName.replace("reset", "remaining")));
  return remaining === undefined || remaining <= 0;
}

function durationOrDate(text: string | undefined, now: number): number | undefined {
  const parts = [...(text ?? "").matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || /[TZ:]/.test(text ?? "")) return secondsOrDate(text, now);
  return parts.reduce((total, [, amount, unit]) => total + Number(amount) * (secondsPerUnit.get(unit ?? "s") ?? 1), 0);
}

const secondsPerUnit: ReadonlyMap<string, number> = new Map([
  ["ms", 0.001],
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
]);

function secondsOrDate(text: string | undefined, now: number): number | undefined {
  const number = numberOf(text);
  if (number !== undefined && number < earliestUnixSeconds) return number;
  const date = number === undefined ? Date.parse(text ?? "") : unixMilliseconds(number);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

// Some proxies give the moment as Unix time, in seconds or milliseconds.
const earliestUnixSeconds = 1e9;
const earliestUnixMilliseconds = 1e12;

function unixMilliseconds(time: number): number {
  return time < earliestUnixMilliseconds ? time * 1000 : time;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

function headerText(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
