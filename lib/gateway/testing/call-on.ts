import { makeGateway, type RouteOptions, routeOver } from "./gateway-kit.ts";
import { events, json, type Play } from "./scripted-transport.ts";
import { chatCompletion, chatStreamItems } from "./scripted-upstream.ts";

/** A call on P1, which plays this; P2 answers everything. */
export async function callOn(play: Play, body: Record<string, unknown> = { stream: true }, options: RouteOptions = {}) {
  const kit = makeGateway(routeOver(["P1", "P2"], options));
  kit.transport.on("p1", play);
  kit.transport.on(
    "p2",
    body.stream
      ? events([...chatStreamItems(["from P2"]), "[DONE]"])
      : json(200, chatCompletion({ content: "from P2" })),
  );
  const reply = await kit.chat(body);
  await kit.clock.advanceAsync(5);
  return {
    kit,
    reply,
    attempts: () => kit.records[0]?.receipt.attempts ?? [],
    flags: () => kit.records[0]?.flags ?? [],
  };
}
