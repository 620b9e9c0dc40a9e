import * as z from "zod";
import { defineEvent } from "../define.ts";

/** Wakes whoever follows the stream in another process; what was appended is in the database. */
export const streamAppended = defineEvent({
  subject: "gaia.chat.stream.appended",
  summary: "An answer under way has new events, or is over",
  payload: z.object({ stream_id: z.uuid(), last_sequence: z.int(), is_over: z.boolean() }),
});

/** Reaches the process that generates; it finds the wish in the database too, within a second. */
export const streamCancelRequested = defineEvent({
  subject: "gaia.chat.stream.cancel_requested",
  summary: "Somebody wants an answer under way to stop",
  payload: z.object({ stream_id: z.uuid() }),
});
