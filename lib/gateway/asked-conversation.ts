import { isSluiceError, type SluiceError } from "../errors.ts";
import type { Json } from "./protocols/answer-format.ts";
import type { Conversation, WireName } from "./protocols/conversation.ts";
import { type Feature, judge } from "./protocols/features.ts";
import { wires } from "./protocols/wires.ts";

/** Why a request cannot be put into a format; the evidence of `capability_missing`. */
export type FormatMisfit = { format: WireName; feature: Feature | "unreadable" };

/**
 * A request that is a conversation, so that it can be had in another format than the client's. It is read into the
 * common form when that is needed first, which among providers of the client's own format is never.
 */
export class AskedConversation {
  readonly wire: WireName;
  /** Why it cannot be read, for a client whom nobody else can answer either. */
  problem: SluiceError | null = null;
  readonly #json: Json;
  readonly #stream: boolean;
  #conversation: Conversation | null = null;
  readonly #judged = new Map<WireName, ReturnType<typeof judge>>();

  constructor(wire: WireName, json: Json, stream: boolean) {
    this.wire = wire;
    this.#json = json;
    this.#stream = stream;
  }

  /** Null = it is not what its format says; {@link problem} tells. */
  read(): Conversation | null {
    if (this.#conversation || this.problem) return this.#conversation;
    try {
      const read = wires[this.wire].readRequest(this.#json);
      // In one of the formats the path says whether a stream is wanted.
      this.#conversation = read.stream === this.#stream ? read : { ...read, stream: this.#stream };
    } catch (error) {
      if (!isSluiceError(error)) throw error;
      this.problem = error;
    }
    return this.#conversation;
  }

  /** Whether the answer is to be JSON, of whatever shape. */
  get asksJson(): boolean {
    const kind = this.read()?.output?.kind;
    return kind === "json" || kind === "schema";
  }

  /** Features that are left out in a format. Nothing is in the client's own. */
  droppedIn(target: WireName): readonly Feature[] {
    return this.#judgementOf(target)?.dropped ?? [];
  }

  /** Why this cannot be asked in a format; null = it can. */
  misfit(target: WireName): FormatMisfit | null {
    if (target === this.wire) return null;
    const judged = this.#judgementOf(target);
    if (!judged) return { format: target, feature: "unreadable" };
    const [feature] = judged.refused;
    return feature === undefined ? null : { format: target, feature };
  }

  #judgementOf(target: WireName): ReturnType<typeof judge> | null {
    if (target === this.wire) return { dropped: [], refused: [] };
    const known = this.#judged.get(target);
    if (known) return known;
    const conversation = this.read();
    if (!conversation) return null;
    const judged = judge(conversation, target);
    this.#judged.set(target, judged);
    return judged;
  }
}
