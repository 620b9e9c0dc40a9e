import { startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { describeConversations } from "./conversations.ts";

describeConversations("distributed", startDistributedWorld);
