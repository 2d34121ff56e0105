import { describe, expect, it } from "vitest";
import type { ProbeResult } from "@/lib/gateway/types";
import english from "../../messages/en.json" with { type: "json" };
import { adviceFor, adviceNames } from "./test-advice";

const failed = (reason: ProbeResult["reason"], httpStatus: number | null = null) =>
  adviceFor({ ok: false, reason, httpStatus });

describe("the advice after a failed test", () => {
  it("follows the reason, and the status where that says more", () => {
    expect(failed("auth_invalid", 401)).toBe("key");
    expect(failed("http_4xx", 403)).toBe("key");
    expect(failed("http_4xx", 404)).toBe("address");
    expect(failed("dns")).toBe("host");
    expect(failed("connect_refused")).toBe("server");
    expect(failed("http_5xx", 503)).toBe("later");
  });

  it("is none where the provider's own words are better, and none for a success", () => {
    expect(failed("http_4xx", 400)).toBeNull();
    expect(adviceFor({ ok: true, reason: "ok", httpStatus: 200 })).toBeNull();
  });

  it("has a sentence for each", () => {
    expect(Object.keys(english.providers.testing.advice).toSorted()).toEqual(adviceNames.toSorted());
  });
});
