import { describe, expect, it } from "vitest";
import { acceptedLanguages, negotiateLocale } from "./locales.ts";

describe("the language of a page", () => {
  it("is the reader's choice, whatever the browser accepts", () => {
    expect(negotiateLocale("ja", "ko-KR,ko;q=0.9")).toBe("ja");
  });

  it("ignores a choice that is not one of ours", () => {
    expect(negotiateLocale("../../etc/passwd", "ko-KR")).toBe("ko");
  });

  it.each([
    ["zh-HK", "zh-TW"],
    ["zh-MO", "zh-TW"],
    ["zh-Hant", "zh-TW"],
    ["zh-SG", "zh-CN"],
    ["zh", "zh-CN"],
    ["en-GB", "en"],
    ["ja-JP", "ja"],
    ["de-DE", "en"],
  ])("shows %s readers %s", (accepted, shown) => {
    expect(negotiateLocale(undefined, accepted)).toBe(shown);
  });

  it("is the instance's own when nothing else fits", () => {
    expect(negotiateLocale(null, null, "ja")).toBe("ja");
    expect(negotiateLocale(null, "de-DE", "ko")).toBe("ko");
  });

  it("is English when nothing is known", () => {
    expect(negotiateLocale(null, null)).toBe("en");
    expect(negotiateLocale(null, "*")).toBe("en");
  });
});

describe("an Accept-Language header", () => {
  it("is read by weight, not by order", () => {
    expect(acceptedLanguages("en;q=0.2, ko;q=0.9, ja")).toEqual(["ja", "ko", "en"]);
  });

  it("loses malformed and refused entries only", () => {
    expect(acceptedLanguages("xx_yy, fr;q=0, <script>, ko;q=abc, ja;q=0.5")).toEqual(["ja"]);
  });
});
