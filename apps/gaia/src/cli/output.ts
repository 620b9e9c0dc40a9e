import type { WriteStream } from "node:tty";

/** Results go to stdout, for programs too; everything said about them goes to stderr. */
export interface Output {
  /** Whether a person reads stdout, who wants explanations. */
  readonly isTerminal: boolean;
  print(text: string): void;
  note(text: string): void;
}

export function processOutput(stdout: WriteStream, stderr: WriteStream): Output {
  // A reader such as `head` may have enough before we do.
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  return {
    isTerminal: stdout.isTTY,
    print: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
  };
}
