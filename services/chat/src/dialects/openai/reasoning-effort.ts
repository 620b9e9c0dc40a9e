const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;

export function isReasoningEffort(text: string | null | undefined): text is (typeof efforts)[number] {
  return efforts.some((effort) => effort === text);
}
