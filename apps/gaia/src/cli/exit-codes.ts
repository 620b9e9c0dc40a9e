/** The numbers from 64 on are those of sysexits.h. */
export const exitCodes = { ok: 0, failed: 1, usage: 64, unexpected: 70, configuration: 78 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
