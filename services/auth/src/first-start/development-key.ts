import { hashKeySecret } from "../api-keys/key-secret.ts";

/** The key that the original printed in its README. Everybody knows it, so it never leaves development. */
export const developmentKey = "FJUeDkZRy0uPp7cYtavMsIfwi7weF9-RT7BeOlusqnE";
export const developmentKeyHash = hashKeySecret(developmentKey);
export const developmentEmail = "dev@gaia.local";
