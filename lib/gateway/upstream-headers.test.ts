import { describe, expect, it } from "vitest";
import { makeGateway, routeOver } from "./testing/gateway-kit.ts";
import { events, head } from "./testing/scripted-transport.ts";
import { chatStreamItems } from "./testing/scripted-upstream.ts";

const _sseHead = head(200, { "content-type": "text/event-stream" });
const _sse = (...items: string[]) => items.map((item) => `data: ${item}\n\n`).join("");
const good = events([...chatStreamItems(["a", "b"]), "[DONE]"]);

describe("headers to an upstream", () => {
  it("are built from empty: nothing of the client's but what the list allows, the credential always ours", async () => {
    const kit = makeGateway(routeOver(["P1"], { provider: { headers: { "X-Team": "blue" } } }), {
      clientAuth: "off",
    });
    kit.transport.on("p1", good);
    await kit.chat(
      { stream: true },
      {
        authorization: "Bearer of-the-client",
        cookie: "a=b",
        "x-forwarded-for": "1.2.3.4",
        "openai-beta": "x",
        host: "evil",
      },
    );
    const sent = kit.transport.sent[0];
    const names = sent?.request.headers.filter((_, at) => at % 2 === 0).sort();
    expect(names).toEqual([
      "accept",
      "accept-encoding",
      "authorization",
      "content-type",
      "openai-beta",
      "user-agent",
      "x-team",
    ]);
    expect(sent?.header("authorization")).toBe("Bearer secret-of-p1");
  });

  it.each(["openai", "anthropic", "gemini", "azure"] as const)(
    "of protocol %s carry the credential once: in the provider's own header where it has one",
    async (protocol) => {
      const kit = makeGateway(routeOver(["P1"], { provider: { protocol, headers: { "X-Key": "k={{api_key}}" } } }));
      kit.transport.on("p1", good);
      await kit.request({ path: "/v1/other", body: JSON.stringify({ model: "g" }) });
      const [sent] = kit.transport.sent;
      expect(sent?.header("x-key")).toBe("k=secret-of-p1");
      expect(sent?.request.headers.filter((text) => text.includes("secret-of-p1"))).toHaveLength(1);
    },
  );

  it.each([
    ["openai", "authorization", "Bearer secret-of-p1", "openai-beta"],
    ["anthropic", "x-api-key", "secret-of-p1", "anthropic-beta anthropic-version"],
    ["gemini", "authorization", "Bearer secret-of-p1", ""],
    ["azure", "api-key", "secret-of-p1", "openai-beta"],
  ] as const)("of protocol %s know us by %s, and the client's only where they mean something", async (...row) => {
    const [protocol, name, value, passedOn] = row;
    const kit = makeGateway(routeOver(["P1"], { provider: { protocol } }));
    kit.transport.on("p1", good);
    const client = { "openai-beta": "a=1", "anthropic-beta": "b-2", "anthropic-version": "2099-01-01" };
    await kit.request({ path: "/v1/other", headers: client, body: JSON.stringify({ model: "g" }) });
    const [sent] = kit.transport.sent;
    expect(sent?.header(name)).toBe(value);
    const passed = Object.keys(client).filter((header) => sent?.header(header) !== undefined);
    expect(passed.sort().join(" ")).toBe(passedOn);
  });

  it("hold nothing of a client's that is longer or stranger than a list of features", async () => {
    const sent = async (value: string) => {
      const kit = makeGateway(routeOver(["P1"], { provider: { protocol: "anthropic" } }));
      kit.transport.on("p1", good);
      await kit.request({ path: "/v1/other", headers: { "anthropic-beta": value }, body: '{"model":"g"}' });
      return kit.transport.sent[0]?.header("anthropic-beta");
    };
    expect(await sent("a-2025-01-01,b-2025-01-01")).toBe("a-2025-01-01,b-2025-01-01");
    for (const value of ["a".repeat(2001), "a\u007fb", "\u00e4", ""]) expect(await sent(value)).toBeUndefined();
  });

  it("of Anthropic name the version of its API where the client names none", async () => {
    const kit = makeGateway(routeOver(["P1"], { provider: { protocol: "anthropic" } }));
    kit.transport.on("p1", good);
    await kit.request({ path: "/v1/other", body: JSON.stringify({ model: "g" }) });
    expect(kit.transport.sent[0]?.header("anthropic-version")).toBe("2023-06-01");
  });
});
