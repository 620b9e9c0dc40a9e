import { chat, GaiaError } from "@gaia/contracts";
import { type Binding, implement, implementStream } from "@gaia/kit/binding";
import { identifyCaller } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";
import { followResponse } from "./follow-response.ts";

export const streamHandlers = ({ streams }: Pick<ChatDeps, "streams">): Binding[] => [
  implementStream(chat.followStream, async (context, { stream_id, after }) => {
    const { userId } = identifyCaller(context);
    const last = after ?? readLastEventId(context.dialectHeaders?.["last-event-id"]);
    await streams.find({ id: stream_id, userId });
    return followResponse(streams, { id: stream_id, userId, after: last, signal: context.signal });
  }),
  implement(chat.cancelStream, async (context, { stream_id }) => {
    const isStopping = await streams.cancel({ id: stream_id, userId: identifyCaller(context).userId });
    return { stream_id, status: isStopping ? ("cancelling" as const) : ("over" as const) };
  }),
];

function readLastEventId(value: string | undefined): number {
  if (value === undefined || value === "") return 0;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new GaiaError("BAD_REQUEST", "Last-Event-ID is not the number of an event", { reason: "stream.event_id" });
}
