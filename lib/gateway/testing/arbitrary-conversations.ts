import fc from "fast-check";
import type { Conversation, Part, Tool, ToolCallPart, Turn } from "../protocols/conversation.ts";
import { emptyConversation } from "../protocols/openai-members.ts";
import { arbitraryArguments, arbitraryName, arbitrarySignature } from "./arbitrary-answers.ts";

const said = () => fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const text = () => fc.record({ kind: fc.constant("text" as const), text: said() });
const image = (): fc.Arbitrary<Part> =>
  fc.record({
    kind: fc.constant("image" as const),
    source: fc.oneof(
      fc.record({
        kind: fc.constant("base64" as const),
        mediaType: fc.constantFrom("image/png", "image/jpeg"),
        data: fc.base64String({ minLength: 4, maxLength: 16 }),
      }),
      fc.record({
        kind: fc.constant("url" as const),
        url: arbitraryName().map((name) => `https://pictures.test/${name}.png`),
        mediaType: fc.constant(null),
      }),
    ),
    detail: fc.constantFrom("auto" as const, "low" as const, "high" as const),
  });
const document = (): fc.Arbitrary<Part> =>
  fc.record({
    kind: fc.constant("document" as const),
    source: fc.record({
      kind: fc.constant("base64" as const),
      mediaType: fc.constant("application/pdf"),
      data: fc.base64String({ minLength: 4, maxLength: 16 }),
    }),
    name: fc.constant("a.pdf"),
  });

const tool = (): fc.Arbitrary<Tool> =>
  fc.record({
    name: arbitraryName(),
    description: fc.option(said()),
    parameters: fc.constant({ type: "object", properties: { city: { type: "string" } } }),
    strict: fc.boolean(),
    custom: fc.constant(null),
  });

/** The user asks, the assistant thinks, calls tools, hears their results and answers. */
function exchange(at: number): fc.Arbitrary<Turn[]> {
  return fc
    .record({
      asked: fc.array(fc.oneof(text(), image(), document()), { minLength: 1, maxLength: 3 }),
      calls: fc.array(
        fc.record({ name: arbitraryName(), arguments: arbitraryArguments(), result: said(), note: fc.option(said()) }),
        { maxLength: 3 },
      ),
      thought: fc.option(fc.record({ text: said(), signature: arbitrarySignature() })),
      answer: said(),
    })
    .map(({ asked, calls, thought, answer }) => {
      const made = calls.map(
        (call, index): ToolCallPart => ({
          kind: "tool_call",
          id: `call_${at}_${index}`,
          name: call.name,
          arguments: call.arguments,
          isCustom: false,
          signature: null,
        }),
      );
      const thoughts: Part[] = thought ? [{ kind: "reasoning", ...thought }] : [];
      const turns: Turn[] = [{ role: "user", parts: asked }];
      if (calls.length > 0) {
        turns.push({ role: "assistant", parts: [...thoughts, ...made] });
        turns.push({
          role: "user",
          parts: calls.map(({ name, result }, index) => ({
            kind: "tool_result",
            callId: `call_${at}_${index}`,
            name,
            content: [{ kind: "text", text: result }],
            isError: false,
            isCustom: false,
          })),
        });
      }
      turns.push({ role: "assistant", parts: [{ kind: "text", text: answer }] });
      return turns;
    });
}

/** Conversations of what every format keeps, ending with a question of the user. */
export function arbitraryConversation(): fc.Arbitrary<Conversation> {
  return fc
    .record({
      system: fc.array(text(), { maxLength: 1 }),
      turns: fc.tuple(exchange(0), exchange(1)),
      last: said(),
      tools: fc.uniqueArray(tool(), { maxLength: 3, selector: ({ name }) => name }),
      maxOutputTokens: fc.option(fc.integer({ min: 16, max: 4096 })),
      temperature: fc.option(fc.constantFrom(0, 0.5, 1)),
      topP: fc.option(fc.constantFrom(0.1, 1)),
      stream: fc.boolean(),
    })
    .map(({ turns, last, ...rest }) => ({
      ...emptyConversation(),
      ...rest,
      turns: [...turns.flat(), { role: "user" as const, parts: [{ kind: "text" as const, text: last }] }],
    }));
}
