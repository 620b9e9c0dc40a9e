import type { AccessRule } from "../statement.ts";

/** Allows everything to Gaia's own services, which act for nobody: on behalf of a person they come as the person. */
export const services: AccessRule = ({ subject }) =>
  subject.kind === "service" ? [{ rule: { kind: "service", name: subject.name }, where: [] }] : [];
