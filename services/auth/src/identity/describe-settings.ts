import type { identity, OutputOf } from "@gaia/contracts";
import type { IdentitySettings } from "./identity-deps.ts";

/** Source: supabase/auth `internal/api/settings.go`. */
export function describeSettings({
  isSignUpDisabled,
  isAutoconfirmed,
}: Pick<IdentitySettings, "isSignUpDisabled" | "isAutoconfirmed">): OutputOf<typeof identity.identitySettings> {
  return {
    external: { anonymous_users: false, email: true, phone: false },
    disable_signup: isSignUpDisabled,
    mailer_autoconfirm: isAutoconfirmed,
    phone_autoconfirm: false,
    sms_provider: "",
    saml_enabled: false,
  };
}
