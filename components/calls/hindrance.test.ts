import { describe, expect, it } from "vitest";
import type { CandidateRecord } from "@/lib/gateway/types";
import { hindranceOf } from "./hindrance";

const left = (...reasons: CandidateRecord["reason"][]): CandidateRecord[] =>
  reasons.map((reason, index) => ({
    deployment: { id: `dep_${index}`, name: "m", provider: "p" },
    tier: 1,
    weight: 1,
    verdict: "skipped",
    reason,
    evidence: {},
  }));

describe("what hinders a call", () => {
  it("is the key where the key is not let in, whatever else is wrong with single candidates", () => {
    const stop = "not_retryable";
    expect(hindranceOf({ candidates: left("circuit_open", "spend_budget"), stop })).toBe("spend_budget");
    expect(hindranceOf({ candidates: left("rate_budget"), stop })).toBe("key_rate");
    expect(hindranceOf({ candidates: left("key_not_allowed", "disabled"), stop })).toBe("key_not_allowed");
    expect(hindranceOf({ candidates: left("disabled"), stop })).toBe("group_disabled");
    expect(hindranceOf({ candidates: left("circuit_open"), stop })).toBe("key_refused");
  });

  it("is their quota only where it is that for every candidate", () => {
    const stop = "no_candidate_left";
    expect(hindranceOf({ candidates: left("rate_budget", "rate_budget"), stop })).toBe("rate_budget");
    expect(hindranceOf({ candidates: left("rate_budget", "held"), stop })).toBe("various");
    expect(hindranceOf({ candidates: left("held"), stop })).toBe("various");
    expect(hindranceOf({ candidates: [], stop })).toBe("none");
  });
});
