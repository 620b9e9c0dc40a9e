import { startGaia } from "../support/start-gaia.ts";
import { describeChatRoutes } from "./chat-routes.ts";

describeChatRoutes("all in one", startGaia);
