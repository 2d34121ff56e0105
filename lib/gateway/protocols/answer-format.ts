import type { SluiceError } from "../../errors.ts";
import type { FinishReason } from "../types.ts";
import type { UsagePiece } from "../usage.ts";

export type Json = Record<string, unknown>;

/** An error as an upstream words it. */
export type UpstreamFault = {
  message: string;
  code: string | null;
  type: string | null;
  status: number | null;
  /** How long to wait, in ms, where it says so in its body. */
  retryAfterMs?: number | null;
};

/** What one event of a stream means for us. */
export type AnswerEvent = {
  /** Text of the answer, of all choices in order; what fail keywords look at. */
  text: string;
  /** The first event with this is what a client waits for: the commit point. */
  content: boolean;
  /** The parts of the answer in this event, and those it completes, as bits; the last bit stands for all from 30 on. */
  choices: number;
  finished: number;
  /** Nothing that matters follows. Passed on itself. */
  ends: boolean;
  usage: UsagePiece | null;
  /** UTF-8 bytes the model wrote that are no text, for an estimate: tool calls, reasoning. */
  unsaidBytes?: number;
  /** It carries something besides text: a tool call, a refusal, thoughts, a picture. Absent = nobody can tell. */
  more?: boolean;
  /** Why its choices finished; absent = none did. */
  finishes?: readonly FinishReason[];
  /** Only usage: dropped when the client did not ask for it. */
  usageOnly: boolean;
  error: UpstreamFault | null;
};

/** Reads the events of one stream, in order; `null` = malformed. Its answer is valid until the next call. */
export type EventReader = {
  read(data: string, event: string): AnswerEvent | null;
  /** How an error is told in a stream that has come this far: whole events, as bytes on the wire. */
  errorText(error: SluiceError): string;
};

/** What a complete answer means for us. */
export type WholeAnswer = {
  /** What fail keywords look at. */
  text: string;
  /** UTF-8 bytes the model wrote that are no text, for an estimate: tool calls, reasoning. */
  unsaidBytes?: number;
  /** It carries something besides text: a tool call, a refusal, thoughts, a picture. Absent = nobody can tell. */
  more?: boolean;
  /** Why its choices finished; absent = it is not what a model wrote. */
  finishes?: readonly FinishReason[];
  /** It says something: a choice with text, a vector, an image. */
  usable: boolean;
  /** The members usage is read from. */
  usage: UsagePiece | null;
  error: UpstreamFault | null;
};

/** Puts a stream together into the answer a non-stream call would have got. */
export type Aggregator = {
  /** Takes the data of one event, and its name where events have one. */
  add(data: string, event: string): void;
  result(): Json;
};

/** How the answers of an endpoint are read. Plain values: one for each wire format. */
export type AnswerFormat = {
  /**
   * What shows that a stream is complete: `data: [DONE]` (added where the upstream forgot it), an event that says so,
   * or no more than the end of the body.
   */
  streamEnd: "done_mark" | "last_event" | "body";
  /** The event that ends a stream, as bytes on the wire, where an upstream that has finished may forget it. */
  lastEvent?: string;
  /** Event names are part of the format and are passed on. */
  namesEvents: boolean;
  /** A client that asked for a stream gets one whatever happens, so comments may fill the silence before it. */
  pings: boolean;
  /** So many bytes of events may come before the first content. */
  heldBytesMost: number;
  createEventReader(): EventReader;
  /** The error in a body of this family; absent = OpenAI's. */
  readFault?(json: Json): UpstreamFault | null;
} & (
  | {
      /** A JSON object, or a stream of events where the client asked for one. */
      kind: "json";
      /** Whoever asked for a stream must get one, and nobody else; else the way the upstream chose is passed on. */
      asAsked: boolean;
      /** `body` is complete. Null = not a JSON object. */
      readAnswer(body: Buffer): WholeAnswer | null;
      /** From a stream to a whole answer and back, nothing lost; null = as between two formats, or not at all. */
      convert: {
        createAggregator(): Aggregator;
        /** The data of events, with their names where the format has them. */
        toEvents(body: Buffer, includeUsage: boolean): readonly (string | { event: string; data: string })[];
      } | null;
    }
  | {
      /** Any content type; passed through as it comes. */
      kind: "bytes";
      /** A 200 without a byte is an answer. */
      mayBeEmpty: boolean;
      /** What an answer that is JSON says it used. */
      usageIn(json: Json): UsagePiece | null;
    }
);

/** What nearly all events say of why choices finished: none did. One value, as there are many events. */
export const noFinishes: readonly FinishReason[] = [];

/** 64 KB of events that say nothing are enough. */
export const heldBytesUsually = 64 * 1024;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function stringOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** `null` = not JSON, or not an object. */
export function parseObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** `error` as a member of an answer or event: OpenAI's object, or the bare string some servers send. */
export function readFault(json: Json): UpstreamFault | null {
  const { error } = json;
  if (!error) return null;
  if (!isObject(error)) return { message: String(error), code: null, type: null, status: null };
  const status = Number(error.status ?? error.code);
  return {
    message: stringOrNull(error.message) ?? "",
    code: typeof error.code === "string" ? error.code : null,
    type: stringOrNull(error.type),
    status: Number.isInteger(status) && status >= 400 && status < 600 ? status : null,
  };
}

/**
 * The error in the text of an answer with an error status, as `format` words it; Google puts it into a list. Null = none.
 */
export function faultIn(text: string, format: Pick<AnswerFormat, "readFault">): UpstreamFault | null {
  const json = firstObject(text);
  return json && ((format.readFault ?? readFault)(json) ?? readFault(json) ?? bareMessage(json));
}

function firstObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return isObject(first) ? first : null;
  } catch {
    return null;
  }
}

/** An error in a shape of its own, beside OpenAI's: a bare `message` or `detail`. */
export function bareMessage(json: Json): UpstreamFault | null {
  const message = json.message ?? json.detail;
  return typeof message === "string" ? { message, code: null, type: null, status: null } : null;
}
