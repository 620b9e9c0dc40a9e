import { createHash } from "node:crypto";
import { allContracts, gateway } from "@gaia/contracts";
import { type Binding, implement, implementStream } from "@gaia/kit/binding";
import { renderOpenApi } from "@gaia/kit/openapi";
import { renderDocsPage } from "./docs/render-docs-page.ts";
import type { HealthDeps } from "./health/check-health.ts";
import { healthHandlers } from "./health/handlers.ts";
import { greeting } from "./http/root.ts";

/** What the gateway answers itself; everything else belongs to a service. */
export function gatewayHandlers(deps: HealthDeps & { readonly version: string }): Binding[] {
  const document = once(() => renderOpenApi(allContracts, { title: "Gaia", version: deps.version }));
  const page = once(renderPage);
  return [
    ...healthHandlers(deps),
    implement(gateway.root, async () => greeting),
    implement(gateway.addNumbers, async (_context, { a, b }) => ({ result: a + b })),
    implement(gateway.openApi, async () => document()),
    implementStream(gateway.docs, async () => {
      const { body, headers } = await page();
      return new Response(body, { headers });
    }),
  ];
}

async function renderPage(): Promise<{ body: string; headers: Record<string, string> }> {
  const body = await renderDocsPage();
  const style = /<style>(?<text>[\s\S]*?)<\/style>/.exec(body)?.groups?.["text"] ?? "";
  const digest = createHash("sha256").update(style).digest("base64");
  return {
    body,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; style-src 'sha256-${digest}'; frame-ancestors 'none'; base-uri 'none'`,
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
