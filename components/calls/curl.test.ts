import { describe, expect, it } from "vitest";
import { curlOf } from "./curl";

const call = { endpoint: "chat.completions", model: "chat", stream: true };

describe("a call as a command", () => {
  it("asks the same again with the key as a variable", () => {
    const request = `{"messages":[{"content":"it's $HOME \`x\` \\"y\\""}]}`;
    const command =
      curlOf({ ...call, bodies: { request, response: null, truncated: false } }, "https://gw.example") ?? "";
    expect(command).toContain("'https://gw.example/v1/chat/completions'");
    // Inside quotes a shell looks at nothing; a quote of the text ends them, stands alone, and begins them again.
    expect(command).toContain(`-d '${request.replace("it's", `it'\\''s`)}'`);
    expect(command).toContain("$SLUICE_API_KEY");
  });

  it("has a place for the request where none was stored, and nothing for what is no JSON", () => {
    expect(curlOf(call, "http://x")).toContain(`-d '{"model":"chat","stream":true}'`);
    expect(curlOf({ ...call, endpoint: "audio.transcriptions" }, "http://x")).toBeNull();
    expect(curlOf({ ...call, endpoint: "constructor" }, "http://x")).toBeNull();
  });
});
