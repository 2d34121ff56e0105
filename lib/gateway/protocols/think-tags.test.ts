import { describe, expect, it } from "vitest";
import { chatChunk, chatCompletion, chatStreamItems } from "../testing/scripted-upstream.ts";
import { ThinkStripper, withoutThinkTags } from "./think-tags.ts";

function strip(pieces: readonly string[]): string {
  const stripper = new ThinkStripper();
  return pieces.map((piece) => stripper.push(piece)).join("") + stripper.end();
}

describe("a thought in tags", () => {
  it.each([
    ["<think>I wonder.</think>Yes.", "Yes."],
    ["\n <think>\nI wonder.\n</think>\n\nYes. <b>", "Yes. <b>"],
    ["<think></think>Yes.", "Yes."],
    ["<think>a < b </thin k></think>Yes.", "Yes."],
    ["<think>never ended", ""],
    ["<think>ended</think>", ""],
    ["Yes. <think>not at the beginning</think>", "Yes. <think>not at the beginning</think>"],
    ["<thinking>another tag</thinking>", "<thinking>another tag</thinking>"],
    ["<thin", "<thin"],
    ["  Yes.", "  Yes."],
    ["", ""],
  ])("is taken out of %j, wherever it is cut", (text, left) => {
    expect(strip([text])).toBe(left);
    expect(strip([...text])).toBe(left);
    for (let cut = 1; cut < text.length; cut++) expect(strip([text.slice(0, cut), text.slice(cut)])).toBe(left);
  });

  it("is not held in memory", () => {
    const stripper = new ThinkStripper();
    expect(stripper.push("<think>")).toBe("");
    for (let i = 0; i < 10_000; i++) expect(stripper.push("a thought ")).toBe("");
    expect(stripper.push("</think>Yes.")).toBe("Yes.");
  });
});

describe("white space before a thought", () => {
  it("is waited out for a while, not for ever: what comes after a kilobyte of it is no thought", () => {
    const blank = " ".repeat(2000);
    expect(strip([...blank, "Yes."])).toBe(`${blank}Yes.`);
    const stripper = new ThinkStripper();
    const held = [..." ".repeat(1100)].map((piece) => stripper.push(piece)).join("");
    expect(held.length).toBeGreaterThan(1000);
    expect(stripper.push("<think>late</think>")).toBe("<think>late</think>");
  });
});

describe("a chat without it", () => {
  const events = (items: readonly string[]) => {
    const rewrite = withoutThinkTags.createEvents();
    return items.map((item) => rewrite(item)?.data ?? null);
  };
  const said = (items: readonly (string | null)[]) =>
    items.map((item) => (item === null ? "" : (JSON.parse(item).choices?.[0]?.delta?.content ?? ""))).join("");

  it("loses the events in which nothing is left, and keeps the others as they came", () => {
    const items = chatStreamItems(["<think>", "hm", "</think>", "Y", "es."]);
    const left = events(items);
    expect(said(left)).toBe("Yes.");
    expect(left.filter((item) => item === null)).toHaveLength(3);
    for (const [index, item] of left.entries()) if (item !== null) expect(item).toBe(items[index]);
  });

  it("tells a role once, and that what is left of a thought alone begins no answer", () => {
    const rewrite = withoutThinkTags.createEvents();
    const thought = (content: string) => rewrite(chatChunk({ role: "assistant", content }));
    expect(thought("<think>")).toMatchObject({ isLess: true });
    expect([thought("hm"), thought("hm")]).toEqual([null, null]);
    expect(thought("</think>Yes.")).toMatchObject({ isLess: false });
  });

  it("says at its end what turned out to be no tag", () => {
    expect(said(events([chatChunk({ content: "<th" }), chatChunk({}, "stop")]))).toBe("<th");
  });

  it("keeps each choice's own thought out, and tool calls and usage in", () => {
    const choice = (index: number, content: string) =>
      JSON.stringify({ choices: [{ index, delta: { content }, finish_reason: null }] });
    const items = [choice(0, "<think>a"), choice(1, "<think>b</think>B"), choice(0, "</think>A")];
    expect(events(items).map((item) => item && JSON.parse(item).choices[0].delta.content)).toEqual([null, "B", "A"]);
    const call = chatChunk({ content: "<think>", tool_calls: [{ index: 0, id: "c" }] });
    expect(events([call])[0]).toContain("tool_calls");
  });

  it("is the same as a whole", () => {
    const strip = (content: string) => {
      const body = Buffer.from(JSON.stringify(chatCompletion({ content })));
      const left = withoutThinkTags.whole(body);
      return { same: left === body, content: JSON.parse(left.toString()).choices[0].message.content };
    };
    expect(strip("<think>hm</think>\nYes.")).toEqual({ same: false, content: "Yes." });
    expect(strip("Yes.")).toEqual({ same: true, content: "Yes." });
  });
});
