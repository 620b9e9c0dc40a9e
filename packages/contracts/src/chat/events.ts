import * as z from "zod";
import { defineEvent } from "../define.ts";

const ChatMessageEvent = z.object({
  message_id: z.uuid(),
  user_id: z.uuid(),
  persona_id: z.string().nullable(),
  status: z.enum(["started", "complete", "failed", "cancelled"]),
  timestamp: z.iso.datetime(),
  details: z.object({
    request_id: z.string(),
    conversation_id: z.string().nullable(),
    model: z.string(),
    provider: z.string(),
    input_tokens: z.int().nullable(),
    output_tokens: z.int().nullable(),
    error_code: z.string().nullable(),
  }),
});
export type ChatMessageEvent = z.infer<typeof ChatMessageEvent>;

export const chatMessageStarted = defineEvent({
  subject: "gaia.chat.message.start",
  summary: "A model begins to answer",
  payload: ChatMessageEvent,
});

export const chatMessageCompleted = defineEvent({
  subject: "gaia.chat.message.complete",
  summary: "An answer is complete",
  payload: ChatMessageEvent,
});

export const chatMessageFailed = defineEvent({
  subject: "gaia.chat.message.failed",
  summary: "An answer failed or was cancelled; what had arrived is kept",
  payload: ChatMessageEvent,
});
