import { describe, expect, it } from "vitest";
import { AnswerCollector, piecesOf } from "./answer-pieces.ts";
import type { Answer, AnswerPiece, Tool } from "./conversation.ts";
import { argumentsAsJson, asFunction, CustomCalls, inputOf, withCustomCalls } from "./custom-tools.ts";

const grammar = { type: "grammar", syntax: "lark", definition: "start: /a+/" };
const patch: Tool = {
  name: "patch",
  description: "Edits.",
  parameters: null,
  strict: null,
  custom: { format: grammar },
};
const called = (args: string, isCustom: boolean, name = "patch"): Answer => ({
  id: null,
  model: null,
  createdAt: null,
  parts: [{ kind: "tool_call", id: "c", name, arguments: args, isCustom, signature: null }],
  finish: null,
  usage: null,
});

describe("a custom tool where there are none", () => {
  it("is a function with one string, and its grammar is told in words", () => {
    const tool = asFunction(patch);
    expect(tool).toMatchObject({ name: "patch", custom: null, parameters: { required: ["input"] } });
    expect(tool.description).toBe("Edits.\n\nThe input must follow this grammar:\nstart: /a+/");
    expect(asFunction({ ...patch, custom: { format: { type: "grammar", grammar } } }).description).toContain("/a+/");
    expect(asFunction(tool)).toBe(tool);
  });

  it.each(["", "plain", '{"input": 1}', '"quoted"\n'])("is called with %j and says the same afterwards", (text) => {
    expect(inputOf(argumentsAsJson({ arguments: text, isCustom: true }))).toBe(text);
    expect(withCustomCalls(called(argumentsAsJson({ arguments: text, isCustom: true }), false), [patch])).toEqual(
      called(text, true),
    );
  });

  it("is called with what is no JSON: the text itself is the input", () => {
    expect(inputOf("*** Begin")).toBe("*** Begin");
    expect(inputOf('{"other":1}')).toBe('{"other":1}');
  });

  it("is called the same in a stream, in pieces of any size", () => {
    const filter = new CustomCalls([patch]);
    const collector = new AnswerCollector();
    const pieces = piecesOf(called('{"input":"a\\nb"}', false)).flatMap((piece): AnswerPiece[] =>
      piece.kind === "text" ? [...piece.text].map((text) => ({ ...piece, text })) : [piece],
    );
    for (const piece of pieces) for (const one of filter.push(piece)) collector.add(one);
    expect(collector.result()).toEqual(called("a\nb", true));
  });

  it("does not change calls of other tools", () => {
    const other = called('{"input":"x"}', false, "search");
    expect(withCustomCalls(other, [patch])).toEqual(other);
    const filter = new CustomCalls([patch]);
    expect(piecesOf(other).flatMap((piece) => filter.push(piece))).toEqual(piecesOf(other));
  });
});
