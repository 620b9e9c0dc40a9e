import { port } from "@gaia/kit/config/load-config";
import * as z from "zod";

export const webConfig = {
  WEB_PORT: port().default(8080).describe("Port of the web interface; 0 takes a free one"),
  GATEWAY_URL: z
    .url()
    .optional()
    .describe("Where the web interface reaches the gateway; by default the gateway of this process"),
};
