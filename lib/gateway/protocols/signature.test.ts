import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SignatureOrigin } from "./conversation.ts";
import { openSignature, sealSignature } from "./signature.ts";

const origins: SignatureOrigin[] = ["openai", "anthropic", "gemini"];
const origin = fc.constantFrom(...origins);

describe("sealSignature", () => {
  it("leaves a proof of the client's own format as it is", () => {
    expect(sealSignature({ origin: "anthropic", value: "EqQBCkYI+/=" }, "anthropic")).toBe("EqQBCkYI+/=");
  });

  it("puts a foreign proof into a printable envelope that names its maker", () => {
    expect(sealSignature({ origin: "gemini", value: "a+/b==" }, "anthropic")).toBe("sluice1.gemini.YSsvYj09");
  });

  it("gives back every proof through a client of every format, another gateway's envelopes too", () => {
    const value = fc.oneof(fc.string({ minLength: 1 }), fc.constant("sluice1.openai.YQ"), fc.constant("sluice1."));
    fc.assert(
      fc.property(origin, origin, value, (from, home, value) => {
        const sealed = sealSignature({ origin: from, value }, home);
        expect(openSignature(sealed, home)).toEqual({ origin: from, value });
        if (from !== home) expect(sealed).toMatch(/^[A-Za-z0-9._-]+$/);
      }),
    );
  });
});

describe("openSignature", () => {
  it("takes what is no envelope for a native value", () => {
    expect(openSignature("abc", "openai")).toEqual({ origin: "openai", value: "abc" });
  });

  it.each(["", "sluice1.", "sluice1.nobody.YQ", "sluice1.gemini.", "sluice1.gemini.a b", "sluice1.gemini.A"])(
    "finds no proof in %j",
    (text) => {
      expect(openSignature(text, "gemini")).toBeNull();
    },
  );

  it("never throws, whatever a client sends", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `sluice1.${rest}`),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(text, origin, (text, home) => {
        const found = openSignature(text, home);
        expect(found === null || found.value.length > 0).toBe(true);
      }),
    );
  });
});
