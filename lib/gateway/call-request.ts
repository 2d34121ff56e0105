import type { AskedConversation } from "./asked-conversation.ts";
import type { Needs } from "./eligibility.ts";
import type { StreamBody } from "./request-body.ts";
import type { CatalogDeployment, EndpointName } from "./types.ts";

/** What goes to one upstream. */
export type UpstreamBody = {
  body: Buffer | StreamBody | null;
  /** Null where there is no body. */
  contentType: string | null;
  /** Whether this upstream is asked for an event stream. */
  stream: boolean;
};

/**
 * A client's request as read once for routing, whatever its endpoint and its form. The bytes stay as they came; only
 * the members that must change for an upstream are rewritten, for each attempt anew.
 */
export type CallRequest = {
  endpoint: EndpointName;
  /** What the client asked for: a group, an alias or a raw model. */
  model: string;
  /** The client wants events. */
  stream: boolean;
  /** The client wants the usage chunk itself (`stream_options.include_usage`). */
  includeUsage: boolean;
  needs: Needs;
  /** Null = it is none, and only a provider that has the endpoint can answer. */
  conversation: AskedConversation | null;
  sessionId: string | null;
  /** Size of the prompt, in bytes, for a first estimate of its tokens; 0 where the size says nothing about them. */
  promptBytes: number;
  /** The most tokens the answer may have, over all choices; null = not said. */
  maxOutputTokens: number | null;
  bodyFor(deployment: CatalogDeployment): UpstreamBody;
  /** The request for a stored body; null where it is not text. */
  text(): string | null;
  /** The prompt's text, bounded, for a tokenizer. Made only when asked. */
  promptText(): string;
  /** Messages of a chat; 0 where the prompt is none. A chat costs some tokens around each. */
  promptMessages: number;
  /** False = only one attempt can follow, so what is sent upstream need not be kept to be sent again. */
  keepForReplay(keep: boolean): void;
  /** Everything that was sent can be sent again. May turn false while an upload is sent that is not kept. */
  readonly isReplayable: boolean;
  /** The call is over: whatever was kept may go. Safe to call more than once. */
  release(): void;
};
