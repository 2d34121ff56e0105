import fc from "fast-check";
import type { Answer, AnswerPart, Finish, Signature } from "../protocols/conversation.ts";

const text = () => fc.string({ unit: "grapheme", maxLength: 12 });
const said = () => fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
export const arbitraryName = () => fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_-]{0,15}$/);
export const arbitrarySignature = (): fc.Arbitrary<Signature> =>
  fc.record({
    origin: fc.constantFrom("openai", "anthropic", "gemini"),
    value: fc.base64String({ minLength: 4, maxLength: 24 }),
  });
/** A JSON object as a model writes it. */
export const arbitraryArguments = () =>
  fc.dictionary(arbitraryName(), fc.oneof(text(), fc.integer(), fc.boolean())).map((value) => JSON.stringify(value));

const finishes: Finish["reason"][] = ["stop", "length", "tool_calls", "content_filter", "refusal", "other"];

/** Answers of any shape the internal form allows. */
export function arbitraryAnswer(): fc.Arbitrary<Answer> {
  const part: fc.Arbitrary<AnswerPart> = fc.oneof(
    fc.record({ kind: fc.constant("text" as const), text: said() }),
    fc.record({ kind: fc.constant("refusal" as const), text: said() }),
    fc.record(
      {
        kind: fc.constant("reasoning" as const),
        text: text(),
        signature: fc.option(arbitrarySignature()),
        id: arbitraryName(),
      },
      { requiredKeys: ["kind", "text", "signature"] },
    ),
    fc.record({ kind: fc.constant("sealed_reasoning" as const), signature: arbitrarySignature() }),
    fc.record({
      kind: fc.constant("tool_call" as const),
      id: arbitraryName(),
      name: arbitraryName(),
      arguments: arbitraryArguments(),
      isCustom: fc.boolean(),
      signature: fc.option(arbitrarySignature()),
    }),
    fc.record({
      kind: fc.constant("image" as const),
      mediaType: fc.constant("image/png"),
      data: fc.base64String({ minLength: 4 }),
    }),
  );
  const count = () => fc.nat(1000);
  return fc.record({
    id: fc.option(arbitraryName()),
    model: fc.option(arbitraryName()),
    createdAt: fc.option(fc.nat(2_000_000_000)),
    parts: fc.array(part, { maxLength: 5 }),
    finish: fc.option(fc.record({ reason: fc.constantFrom(...finishes), stopSequence: fc.constant(null) })),
    usage: fc.option(
      fc
        .record({ cached: count(), cacheWrite: count(), fresh: count(), reasoning: count(), written: count() })
        .map(({ cached, cacheWrite, fresh, reasoning, written }) => ({
          input: cached + cacheWrite + fresh,
          output: reasoning + written,
          cached,
          cacheWrite,
          reasoning,
        })),
    ),
  });
}
