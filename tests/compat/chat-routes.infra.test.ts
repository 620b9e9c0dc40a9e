import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeChatRoutes } from "./chat-routes.ts";

describeChatRoutes("distributed", startDistributedWorld);
