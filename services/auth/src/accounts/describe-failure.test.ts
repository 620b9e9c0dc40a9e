import { GaiaError } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import {
  describeConfirmation,
  describeLogin,
  describeRegistration,
  describeResending,
  refusedAs,
} from "./describe-failure.ts";

describe("what a provider says", () => {
  test.each([
    ["Unable to validate email address: invalid format", "Please enter a valid email address"],
    ["Password is known to be weak", "Password must be at least 6 characters long"],
    ["User already registered", "This email is already registered"],
    ["A user with this address already exists", "This email is already registered"],
    ["Signups not allowed for this instance", "Registration is not allowed for this email domain"],
    ["over_email_send: rate limit exceeded", "Too many registration attempts. Please try again later"],
    ["Password should be at least 6 characters.", "Registration failed: Password should be at least 6 characters."],
  ])("at a registration, %j, is told as %j", (message, detail) => {
    expect(describeRegistration(message)).toBe(detail);
  });

  test.each([
    ["Token has expired or is invalid", "Confirmation link is expired or invalid"],
    ["User is already confirmed", "Email is already confirmed"],
    ["User is banned", "Email confirmation failed: User is banned"],
  ])("at a confirmation, %j, is told as %j", (message, detail) => {
    expect(describeConfirmation(message)).toBe(detail);
  });

  test.each([
    ["Email rate limit exceeded", "Too many requests. Please wait before requesting another email"],
    ["User not found", "Email address not found"],
    [
      "For security purposes, you can only request this after 7 seconds.",
      "Failed to resend verification email: For security purposes, you can only request this after 7 seconds.",
    ],
  ])("when mail is asked for again, %j, is told as %j", (message, detail) => {
    expect(describeResending(message)).toBe(detail);
  });
});

describe("a refusal", () => {
  const refuse = (error: unknown) => () => refusedAs(describeLogin)(error);

  test.each(["UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "INVALID_INPUT", "BAD_REQUEST"] as const)(
    "of the kind %s is 400 with the reason that it had",
    (code) => {
      const error = new GaiaError(code, "Invalid login credentials", { reason: "identity.invalid_credentials" });

      expect(refuse(error)).toThrow(
        expect.objectContaining({
          code: "BAD_REQUEST",
          message: "Login failed: Invalid login credentials",
          reason: "identity.invalid_credentials",
        }),
      );
    },
  );

  test("because of a limit tells how long to wait", () => {
    const error = new GaiaError("RATE_LIMITED", "Request rate limit reached", { retryAfterSeconds: 7 });

    expect(refuse(error)).toThrow(expect.objectContaining({ code: "RATE_LIMITED", retryAfterSeconds: 7 }));
  });

  test.each([
    ["an outage", new GaiaError("UNAVAILABLE", "The identity provider is not available")],
    ["a failure of ours", new TypeError("x is not a function")],
  ])("is not what %s is", (_what, error) => {
    expect(refuse(error)).toThrow(error);
  });
});
