import { describe, expect, it } from "vitest";
import { type Answer, blocksOf, requestBody, roughCost, roughTokens, type Settings, type Turn } from "./conversation";

const settings: Settings = { system: "", temperature: null, maxTokens: null, stream: true };
const answer = (text: string): Answer => ({
  ...{ phase: "done", text, head: null, usage: null, errorCode: null, inOnePiece: false, inputEstimate: 0 },
});
const turn = (text: string, answers: Turn["answers"]): Turn => ({ id: 1, prompt: { text, images: [] }, answers });

describe("the request of a column", () => {
  it("holds the column's own answers, and of other columns nothing", () => {
    const turns = [turn("one", { a: answer("from a"), b: answer("from b") }), turn("two", { a: answer("") })];
    const { messages } = requestBody("main", "a", turns, { text: "three", images: [] }, settings);
    expect(messages).toEqual([
      { role: "user", content: "one" },
      { role: "assistant", content: "from a" },
      { role: "user", content: "three" },
    ]);
  });

  it("leaves out what is not set, and puts the system prompt first", () => {
    const plain = requestBody("main", "a", [], { text: "hi", images: [] }, { ...settings, stream: false });
    expect(plain).toEqual({ model: "main", messages: [{ role: "user", content: "hi" }], stream: false });
    const full = { system: "Be brief", temperature: 0, maxTokens: 9, stream: true };
    expect(requestBody("main", "a", [], { text: "hi", images: [] }, full)).toMatchObject({
      messages: [{ role: "system", content: "Be brief" }, { role: "user" }],
      temperature: 0,
      max_tokens: 9,
      stream_options: { include_usage: true },
    });
  });

  it("sends images as parts of the message", () => {
    const { messages } = requestBody("main", "a", [], { text: "what?", images: ["data:image/png;base64,x"] }, settings);
    expect(messages[0]?.content).toEqual([
      { type: "text", text: "what?" },
      { type: "image_url", image_url: { url: "data:image/png;base64,x" } },
    ]);
  });
});

describe("what is counted while an answer comes", () => {
  it("takes a character of Han, kana and hangul for a token, and four letters for one", () => {
    expect(roughTokens("abcdefgh")).toBe(2);
    expect(roughTokens("こんにちは")).toBe(5);
    expect(roughTokens("안녕")).toBe(2);
  });

  it("costs what the one who answers takes, and nothing is claimed where that is unknown", () => {
    const prices = [{ provider: "P", model: "m", inputPrice: "1", outputPrice: "2" }];
    const head = { requestId: null, provider: "P", model: "m" };
    expect(roughCost(head, { input: 1_000_000, output: 500_000 }, prices)).toBe(2);
    expect(roughCost({ ...head, model: "other" }, { input: 1, output: 1 }, prices)).toBeNull();
  });
});

describe("an answer", () => {
  it("is text and fenced code, also while the fence is open, and never markup", () => {
    expect(blocksOf("Hi <b>you</b>\n```ts\nlet a = 1;\n```\nBye")).toEqual([
      { kind: "text", text: "Hi <b>you</b>" },
      { kind: "code", language: "ts", code: "let a = 1;" },
      { kind: "text", text: "Bye" },
    ]);
    expect(blocksOf("```\nhalf")).toEqual([{ kind: "code", language: "", code: "half" }]);
  });
});
