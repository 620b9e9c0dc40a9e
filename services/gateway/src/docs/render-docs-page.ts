import { allContracts, type Contract, permissions, serviceOf } from "@gaia/contracts";
import { describeSchema } from "@gaia/kit/openapi/describe-schema";
import { html, raw } from "hono/html";
import type * as z from "zod";

const styles = `
:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 18%,transparent);--soft:color-mix(in srgb,currentColor 62%,transparent)}
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:0 auto;padding:2rem 1rem}
h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:1px solid var(--line);text-transform:capitalize}
details{border-bottom:1px solid var(--line)}summary{padding:.6rem 0;cursor:pointer;display:flex;gap:.8rem;flex-wrap:wrap;align-items:baseline}
code,pre{font:14px/1.45 ui-monospace,monospace}pre{overflow:auto;padding:.8rem;border:1px solid var(--line);border-radius:.4rem}
.method{min-width:3.6rem;font-weight:700}.what{color:var(--soft)}
`;

/** The API for a reader: every route by service, with permission, a curl line and schemas. No script, no other host. */
export async function renderDocsPage(): Promise<string> {
  const byService = Map.groupBy(
    allContracts.filter(({ http }) => http !== undefined),
    serviceOf,
  );
  const sections = [...byService].map(
    ([service, contracts]) =>
      html`<h2>${service}</h2>
        ${contracts.toSorted(byPath).map(renderRoute)}`,
  );
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>Gaia API</title>
        <style>
          ${raw(styles)}
        </style>
      </head>
      <body>
        <h1>Gaia API</h1>
        <p>
          Send your key as <code>X-API-Key</code> or as <code>Authorization: Bearer</code>. The same as a document:
          <a href="/openapi.json">OpenAPI 3.1</a>.
        </p>
        ${sections}
      </body>
    </html>`;
  return page.toString();
}

function byPath(left: Contract, right: Contract): number {
  return (left.http?.path ?? "").localeCompare(right.http?.path ?? "");
}

function renderRoute(contract: Contract): ReturnType<typeof html> {
  const { http } = contract;
  if (http === undefined) return html``;
  const aliases = http.aliases ?? [];
  return html`<details>
    <summary>
      <code class="method">${http.method}</code><code>${http.path}</code><span class="what">${contract.summary}</span>
    </summary>
    <p>Permission: <code>${contract.permission}</code> (${permissions[contract.permission].meaning})</p>
    ${aliases.length > 0 ? html`<p>Also at ${aliases.map((path) => html`<code>${path}</code> `)}</p>` : ""}
    <pre>${curlOf(contract, http)}</pre>
    <h3>Input</h3>
    <pre>${schemaText(contract.input, "input")}</pre>
    <h3>Answer</h3>
    <pre>${schemaText(contract.output, "output")}</pre>
  </details>`;
}

function curlOf(contract: Contract, http: NonNullable<Contract["http"]>): string {
  const key = contract.permission === "public" ? "" : ' -H "X-API-Key: $GAIA_API_KEY"';
  const method = http.method === "GET" || http.method === "POST" ? "" : ` -X ${http.method}`;
  const body = http.method === "POST" || http.method === "PUT" ? ` -H "Content-Type: application/json" -d '{…}'` : "";
  return `curl${method} http://localhost:8666${http.path}${key}${body}`;
}

function schemaText(schema: z.ZodType, io: "input" | "output"): string {
  return JSON.stringify(describeSchema(schema, io), null, 2);
}
