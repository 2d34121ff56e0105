import { describe, expect, it } from "vitest";
import { deploymentBody, deploymentDraft } from "./deployment-form";

describe("the model form", () => {
  it("sends an empty price as unknown, never as zero", () => {
    const draft = deploymentDraft(null);
    const body = deploymentBody({
      ...draft,
      model: "m",
      prices: { ...draft.prices, inputPrice: "0", outputPrice: " " },
    });
    expect(body).toMatchObject({ inputPrice: "0", outputPrice: null, callPrice: null });
  });

  it("keeps prices as the digits that were typed", () => {
    const draft = deploymentDraft(null);
    const body = deploymentBody({ ...draft, model: "m", prices: { ...draft.prices, inputPrice: "0.150000001" } });
    expect(body.inputPrice).toBe("0.150000001");
  });

  it("names a deployment after its model when no name is given", () => {
    expect(deploymentBody({ ...deploymentDraft(null), model: " gpt-x ", name: " " }).name).toBe("gpt-x");
  });

  it("sends the quota it was given, and none where none was set", () => {
    const quota = { requestsPerPeriod: 10, tokensPerPeriod: null, periodCron: "0 0 1 * *", total: null };
    expect(deploymentBody({ ...deploymentDraft(null), model: "m", quota }).quota).toEqual(quota);
    expect(deploymentBody({ ...deploymentDraft(null), model: "m" }).quota).toEqual({
      requestsPerPeriod: null,
      tokensPerPeriod: null,
      periodCron: null,
      total: null,
    });
  });
});
