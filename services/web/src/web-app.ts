import { jsonResponse } from "@gaia/kit/http/to-response";
import { Hono } from "hono";
import { html } from "hono/html";

const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

/** The web interface: for now its health and a page that says where the API is. */
export function createWebApp({ gatewayUrl }: { readonly gatewayUrl: string }): (request: Request) => Promise<Response> {
  const app = new Hono({ strict: false });
  app.get("/health", () =>
    jsonResponse({ status: "healthy", service: "web", gateway_url: gatewayUrl, websocket_enabled: false }),
  );
  app.get("/", async () => new Response(await renderStartPage(gatewayUrl), { headers: pageHeaders }));
  return async (request) => app.fetch(request);
}

async function renderStartPage(gatewayUrl: string): Promise<string> {
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>Gaia</title>
        <style>
          :root {
            color-scheme: light dark;
          }
          body {
            font:
              16px/1.5 system-ui,
              sans-serif;
            max-width: 40rem;
            margin: 4rem auto;
            padding: 0 1rem;
          }
        </style>
      </head>
      <body>
        <h1>Gaia is running</h1>
        <p>
          The chat page is not part of this version. The API is at <a href="${gatewayUrl}/docs">${gatewayUrl}/docs</a>.
        </p>
      </body>
    </html>`;
  return page.toString();
}
