import { GaiaError } from "@gaia/contracts";
import { EventBoundaries } from "./event-boundaries.ts";
import { joinBytes } from "./join-bytes.ts";
import { parseServerSentEvent, type ServerSentEvent } from "./parse-server-sent-event.ts";

const largestEvent = 16 * 1024 * 1024;
const eventEnd = new Uint8Array([10, 10]);

/** Gives events as soon as their last byte is there, wherever the network cut them. */
export class EventSplitter {
  private readonly boundaries = new EventBoundaries();
  private held: Uint8Array[] = [];
  private heldLength = 0;

  /** The events that these bytes complete. */
  take(bytes: Uint8Array): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    let start = 0;
    let end = this.boundaries.nextEnd(bytes, start);
    while (end !== -1) {
      this.held.push(bytes.subarray(start, end));
      events.push(parseServerSentEvent(this.release()));
      start = end;
      end = this.boundaries.nextEnd(bytes, start);
    }
    if (start < bytes.length) this.hold(bytes.subarray(start));
    return events;
  }

  /**
   * A last event without its blank line, and its `raw` with it: some servers end so, and whoever reads on decides
   * whether it is whole.
   */
  end(): ServerSentEvent[] {
    if (this.held.length === 0) return [];
    this.held.push(eventEnd);
    const last = parseServerSentEvent(this.release());
    return last.data === null ? [] : [last];
  }

  private hold(bytes: Uint8Array): void {
    this.held.push(bytes);
    this.heldLength += bytes.length;
    if (this.heldLength > largestEvent) throw tooLarge();
  }

  private release(): Uint8Array {
    const whole = joinBytes(this.held);
    this.held = [];
    this.heldLength = 0;
    return whole;
  }
}

function tooLarge(): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", "The model provider sent an event that is too large", {
    reason: "provider.unexpected_answer",
  });
}
