const variables = {
  postgres: "GAIA_TEST_PG_URL",
  nats: "GAIA_TEST_NATS_URL",
  redis: "GAIA_TEST_REDIS_URL",
} as const;

/** Where the real server of an infra run listens. Missing means a failure, never a skip. */
export function infraUrl(server: keyof typeof variables): string {
  const url = process.env[variables[server]];
  if (url === undefined) throw new Error(`${variables[server]} is not set: this test runs under "npm run test:infra"`);
  return url;
}
