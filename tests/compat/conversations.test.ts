import { startGaia } from "../support/start-gaia.ts";
import { describeConversations } from "./conversations.ts";

describeConversations("all in one", startGaia);
