import { expect, it } from "vitest";
import { rulesFor } from "./rules-for.ts";

const group = {
  id: "grp_1",
  members: [{ deploymentId: "dep_1", deployment: { provider: { id: "prv_1" } } }],
};
const rule = (scope: "all" | "provider" | "group" | "deployment", targetId: string | null, enabled = true) => ({
  ...{ scope, targetId, enabled },
});

it("the rules on a group's answers are those of all, of it, of its members and of their providers, in their order", () => {
  const mine = [rule("deployment", "dep_1"), rule("all", null), rule("group", "grp_1"), rule("provider", "prv_1")];
  const others = [rule("group", "grp_2"), rule("provider", "prv_2"), rule("deployment", "dep_2")];
  expect(rulesFor(group, [...others, ...mine])).toEqual(mine);
});

it("a rule that is out of use, or whose target is gone, judges nothing", () => {
  expect(rulesFor(group, [rule("all", null, false), rule("group", null)])).toEqual([]);
});
