/** The key that the original printed in its README; `developmentKeyHash` of the contracts is its hash. */
export const developmentKey = "FJUeDkZRy0uPp7cYtavMsIfwi7weF9-RT7BeOlusqnE";
export const developmentEmail = "dev@gaia.local";
