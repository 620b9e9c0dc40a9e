/** One line of the report. */
export interface Finding {
  readonly check: string;
  readonly state: "ok" | "warn" | "fail";
  readonly detail: string;
  /** What the operator can do; for everything that is not ok. */
  readonly advice?: string;
}

export function ok(check: string, detail: string): Finding {
  return { check, state: "ok", detail };
}

export function warn(check: string, detail: string, advice: string): Finding {
  return { check, state: "warn", detail, advice };
}

export function fail(check: string, detail: string, advice: string): Finding {
  return { check, state: "fail", detail, advice };
}
