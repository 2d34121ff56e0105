import { expect, it } from "vitest";
import english from "../../messages/en.json" with { type: "json" };
import japanese from "../../messages/ja.json" with { type: "json" };
import korean from "../../messages/ko.json" with { type: "json" };
import simplified from "../../messages/zh-CN.json" with { type: "json" };
import traditional from "../../messages/zh-TW.json" with { type: "json" };
import { featureTable } from "../gateway/protocols/features.ts";

it("every language has words for every feature a format refuses", () => {
  const refused = Object.values(featureTable).flatMap((column) =>
    Object.entries(column).flatMap(([feature, verdict]) => (verdict === "refused" ? feature : [])),
  );
  for (const { calls } of [english, japanese, korean, simplified, traditional])
    for (const feature of refused) expect(calls.decision.facts.feature).toContain(` ${feature} {`);
});
