import { expect, it } from "vitest";
import { findGroup } from "./routing.ts";
import { makeCatalog, makeGroup, makeKey } from "./testing/gateway-kit.ts";

it("N7: a group that had white space in its name elsewhere is found by that name, inside the key's groups", () => {
  const catalog = makeCatalog({ groups: [makeGroup([], { id: "grp_1", name: "Team-pool", aliases: ["our-team"] })] });
  const find = (model: string, groups: "*" | string[] = "*") => findGroup(catalog, model, makeKey({ groups }))?.name;
  expect(find("Team pool")).toBe("Team-pool");
  expect(find(" Team \t pool ")).toBe("Team-pool");
  expect(find("our team")).toBe("Team-pool");
  expect(find("Team pool", [])).toBeUndefined();
  expect(find(" ")).toBeUndefined();
});
