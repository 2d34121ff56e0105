import { describe, expect, it } from "vitest";
import type { AnswerFormat, WholeAnswer } from "./answer-format.ts";
import { embeddingsFormat, imagesFormat, moderationsFormat, rerankFormat } from "./json-answers.ts";

function read(format: AnswerFormat, text: string): WholeAnswer | null {
  if (format.kind !== "json") throw new Error("not a format of JSON answers");
  return format.readAnswer(Buffer.from(text));
}

describe("an answer with a list", () => {
  it.each<[string, AnswerFormat, string, boolean]>([
    ["vectors", embeddingsFormat, '{"data":[{"embedding":[1]}]}', true],
    ["vectors behind white space", embeddingsFormat, '{ "data" :\n [ \t {"embedding":"AA=="}] }', true],
    ["no vectors", embeddingsFormat, '{"data":[ \n ]}', false],
    ["a list that is none", embeddingsFormat, '{"data":"[1]"}', false],
    ["another member's list", embeddingsFormat, '{"results":[1]}', false],
    ["verdicts", moderationsFormat, '{"results":[{"flagged":false}]}', true],
    ["no verdicts", moderationsFormat, '{"results":[]}', false],
    ["pictures", imagesFormat, '{"data":[{"url":"https://x"}]}', true],
    ["ranks as Cohere has them", rerankFormat, '{"results":[{"index":0}]}', true],
    ["ranks as Voyage has them", rerankFormat, '{"object":"list","data":[{"index":0}]}', true],
    ["no document that is good enough", rerankFormat, '{"results":[]}', true],
    ["no ranks", rerankFormat, '{"ok":true}', false],
  ])("of %s", (_what, format, text, usable) => {
    expect(read(format, text)).toMatchObject({ usable, error: null });
  });

  it.each(["", "[]", "null", "<html>", '{"data":[1]', '{"data":[1]}}', '{"data":[1],}'])("is not %j", (text) => {
    expect(read(embeddingsFormat, text)).toBeNull();
  });

  it("that has an error is that error, in OpenAI's shape and as a bare text", () => {
    expect(read(imagesFormat, '{"data":[1],"error":{"message":"no","code":"c","type":"t"}}')?.error).toEqual({
      message: "no",
      code: "c",
      type: "t",
      status: null,
    });
    expect(read(imagesFormat, '{"error":"overloaded"}')?.error?.message).toBe("overloaded");
    expect(read(imagesFormat, '{"data":[1],"error":null}')?.error).toBeNull();
  });

  it("tells its usage without its list being parsed", () => {
    // Not JSON inside, which nobody looks at: so it was not parsed.
    const text = '{"data":[{"embedding":[1,,2]}],"usage":{"prompt_tokens":8,"total_tokens":8}}';
    expect(read(embeddingsFormat, text)).toMatchObject({ usable: true, usage: { input: 8 } });
    const cohere = '{"results":[1],"meta":{"billed_units":{"search_units":1}}}';
    expect(read(rerankFormat, cohere)?.usage).toMatchObject({ unit: "searches" });
  });
});
