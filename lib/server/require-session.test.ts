import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { roles } from "../schemas/roles.ts";
import { requireSession } from "./session.ts";
import { type AdminHarness, startAdmin } from "./testing/admin-harness.ts";

const asked = vi.hoisted(() => ({ cookie: "" }));
vi.mock("next/headers", () => ({
  headers: async () => new Headers(),
  cookies: async () => ({
    get(name: string) {
      const [sent, value] = asked.cookie.split("=");
      return sent === name ? { value } : undefined;
    },
  }),
}));
vi.mock("next/navigation", () => ({
  redirect(path: string) {
    throw new Error(`to ${path}`);
  },
}));

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const opens = async (role: (typeof roles)[number] | null) => {
  asked.cookie = role === null ? "" : ((await admin.session(role)).cookie ?? "");
  return requireSession("/usage").then(
    (session) => session.role,
    (error: Error) => error.message,
  );
};

describe("a page of the console", () => {
  it("is for roles that may read; the others are told so instead", async () => {
    for (const role of roles) expect(await opens(role)).toBe(role === "holder" ? "to /no-access" : role);
  });
  it("asks a visitor to sign in and come back", async () => {
    expect(await opens(null)).toBe("to /login?next=%2Fusage");
  });
});
