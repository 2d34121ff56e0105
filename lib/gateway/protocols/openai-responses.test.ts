import { describe, expect, it } from "vitest";
import { SluiceError } from "../../errors.ts";
import { responseAnswer, responseEvents } from "../testing/endpoint-answers.ts";
import type { WholeAnswer } from "./answer-format.ts";
import { responsesFormat } from "./openai-responses.ts";

const reader = () => responsesFormat.createEventReader();
const readOne = (value: object, name = "message") => reader().read(JSON.stringify(value), name);
function whole(value: object): WholeAnswer | null {
  if (responsesFormat.kind !== "json") throw new Error("not a format of JSON answers");
  return responsesFormat.readAnswer(Buffer.from(JSON.stringify(value)));
}

describe("the events of a response", () => {
  it.each([
    ["response.created", false],
    ["response.queued", false],
    ["response.in_progress", false],
    ["response.output_item.added", false],
    ["response.content_part.added", false],
    ["response.output_text.delta", true],
    ["response.refusal.delta", true],
    ["response.function_call_arguments.delta", true],
    ["response.reasoning_summary_text.delta", true],
    ["response.web_search_call.searching", true],
    ["response.something.new", true],
  ])("of type %s: content is %s", (type, content) => {
    expect(readOne({ type, delta: "x" })).toMatchObject({ content, finished: 0, ends: false, error: null });
  });

  it("end with the one that says so, and mean nothing where they carry nothing", () => {
    const [last] = responseEvents(["a"]).slice(-1);
    expect(reader().read(last?.data ?? "", "")).toMatchObject({ ends: true, finished: 1, content: true });
    expect(readOne({ type: "response.completed", response: responseAnswer("") })).toMatchObject({
      ends: true,
      content: false,
    });
  });

  it("say what was said: text and refusals, nothing else", () => {
    const said = [
      { type: "response.output_text.delta", delta: "Hel" },
      { type: "response.refusal.delta", delta: "No." },
      { type: "response.function_call_arguments.delta", delta: '{"a"' },
      { type: "response.output_text.done", text: "Hello" },
    ].map((event) => readOne(event)?.text);
    expect(said).toEqual(["Hel", "No.", "", ""]);
  });

  it.each([
    [{ type: "error", code: "rate_limit_exceeded", message: "slow down" }, "rate_limit_exceeded", "slow down"],
    [{ type: "error", error: { code: "c", message: "m" } }, "c", "m"],
    [{ error: { code: "c", message: "m" } }, "c", "m"],
    [
      { type: "response.failed", response: { error: { code: "server_error", message: "it broke" } } },
      "server_error",
      "it broke",
    ],
    [{ type: "response.failed", response: {} }, null, "The response failed."],
  ])("%j is an error", (event, code, message) => {
    expect(readOne(event)?.error).toMatchObject({ code, message });
  });

  it("that are no JSON are malformed", () => {
    expect(reader().read("{", "response.created")).toBeNull();
  });

  it("are ended by us with a failed response that has the id and the number that come next", () => {
    const events = reader();
    for (const { event, data } of responseEvents(["a"], null)) events.read(data, event);
    const text = events.errorText(new SluiceError("upstream_stream_interrupted", "It broke off."));
    expect(text).toMatch(/^event: response\.failed\ndata: .*\n\n$/);
    expect(JSON.parse(text.split("data: ")[1] ?? "")).toMatchObject({
      type: "response.failed",
      sequence_number: 5,
      response: { id: "resp_1", status: "failed", error: { code: "upstream_stream_interrupted" } },
    });
  });

  it("are ended by us with a response of the right shape even before the first", () => {
    const text = reader().errorText(new SluiceError("upstream_error", "Nobody answered."));
    expect(JSON.parse(text.split("data: ")[1] ?? "").response).toMatchObject({ object: "response", output: [] });
  });
});

describe("a whole response", () => {
  it.each([
    ["text", responseAnswer("Hi"), { text: "Hi", usable: true, error: null }],
    ["nothing", responseAnswer(""), { text: "", usable: false }],
    ["nothing yet, in the background", responseAnswer("", "queued"), { usable: true }],
    ["nothing, because it was too long", responseAnswer("", "incomplete"), { usable: true }],
    ["a tool call", { output: [{ type: "function_call" }] }, { text: "", usable: true }],
    ["a refusal", { output: [{ content: [{ type: "refusal", refusal: "No." }] }] }, { text: "No.", usable: true }],
    ["a failure", { status: "failed", output: [], error: { code: "c", message: "m" } }, { error: { code: "c" } }],
  ])("with %s", (_what, value, expected) => {
    expect(whole(value)).toMatchObject(expected);
  });
});
