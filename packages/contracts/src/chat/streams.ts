import * as z from "zod";
import { defineOperation, defineStream } from "../define.ts";
import { ChatCompletionChunk } from "./completion-response.ts";

export const followStream = defineStream({
  name: "chat.follow-stream",
  summary: "Take up a resumable answer again, behind the event that `Last-Event-ID` or `after` names",
  permission: "conversation:read",
  http: { method: "GET", path: "/api/v1/chat/streams/{stream_id}" },
  input: z.object({
    stream_id: z.guid().toLowerCase(),
    after: z.coerce.number().int().min(0).max(2_147_483_647).optional(),
  }),
  output: z.string(),
  chunk: ChatCompletionChunk,
  errors: ["NOT_FOUND", "BAD_REQUEST"],
});

export const cancelStream = defineOperation({
  name: "chat.cancel-stream",
  summary: "Stop a resumable answer, wherever it is made; what it said is kept",
  permission: "chat:create",
  http: { method: "POST", path: "/api/v1/chat/streams/{stream_id}/cancel" },
  input: z.object({ stream_id: z.guid().toLowerCase() }),
  output: z.object({ stream_id: z.guid(), status: z.enum(["cancelling", "over"]) }),
  errors: ["NOT_FOUND"],
});
