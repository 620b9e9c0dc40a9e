import { GaiaError, isGaiaError } from "@gaia/contracts";

/** What the original says of a failure, by what its provider said. */
type Describe = (message: string) => string;

/**
 * A provider's refusal as the original's clients know it: 400 whatever is wrong. Only limits and outages keep their own
 * status, because there is something to wait for.
 */
export function refusedAs(describe: Describe): (error: unknown) => never {
  return (error) => {
    if (!isGaiaError(error) || error.status >= 500) throw error;
    const code = error.code === "RATE_LIMITED" ? "RATE_LIMITED" : "BAD_REQUEST";
    throw new GaiaError(code, describe(error.message), { ...error.toWire(), cause: error });
  };
}

interface Case {
  /** Each must have one of its words in the message, in small letters. */
  readonly words: readonly (readonly string[])[];
  readonly detail: string;
}

/** The first case that fits; clients look for words in what it says. */
function describeBy(cases: readonly Case[], otherwise: string): Describe {
  return (message) => {
    const text = message.toLowerCase();
    const fits = ({ words }: Case) => words.every((choice) => choice.some((word) => text.includes(word)));
    return cases.find(fits)?.detail ?? `${otherwise}: ${message}`;
  };
}

const badAddress: Case = {
  words: [["email"], ["invalid", "valid"]],
  detail: "Please enter a valid email address",
};

export const describeRegistration = describeBy(
  [
    badAddress,
    { words: [["password"], ["weak", "short"]], detail: "Password must be at least 6 characters long" },
    { words: [["already registered", "already exists"]], detail: "This email is already registered" },
    {
      words: [["not authorized", "not allowed"]],
      detail: "Registration is not allowed for this email domain",
    },
    { words: [["rate limit"]], detail: "Too many registration attempts. Please try again later" },
  ],
  "Registration failed",
);

export const describeLogin = describeBy([], "Login failed");

export const describeRefresh = describeBy([], "Token refresh failed");

export const describeLogout = describeBy([], "Logout failed");

export const describeConfirmation = describeBy(
  [
    { words: [["expired", "invalid"]], detail: "Confirmation link is expired or invalid" },
    { words: [["already confirmed"]], detail: "Email is already confirmed" },
  ],
  "Email confirmation failed",
);

export const describeResending = describeBy(
  [
    {
      words: [["rate limit"]],
      detail: "Too many requests. Please wait before requesting another email",
    },
    { words: [["not found"]], detail: "Email address not found" },
  ],
  "Failed to resend verification email",
);

export const describeRecovery = describeBy([badAddress], "Password recovery failed");

export const describeReset = describeBy(
  [{ words: [["expired", "invalid"]], detail: "Recovery link is expired or invalid" }],
  "Password reset failed",
);

export const describePasswordChange = describeBy([], "Password change failed");

export const describeErasure = describeBy([], "Account could not be erased");

export const describeProfileChange = describeBy([], "Profile update failed");
