/** One event of a stream: its number, from 1 without gaps, and its text on the wire without the line that says it. */
export interface LoggedEvent {
  readonly sequence: number;
  readonly frame: string;
}

/** The event with its number, as a client repeats it in `Last-Event-ID` (WHATWG HTML, 9.2.6). */
export function numberFrame({ sequence, frame }: LoggedEvent): string {
  return `id: ${sequence}\n${frame}`;
}
