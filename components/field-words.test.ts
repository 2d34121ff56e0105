import { describe, expect, it } from "vitest";
import { faultOf } from "./field-words";

const field = (validity: Partial<ValidityState>, rest: object = {}) => ({
  ...{ type: "text", min: "", max: "", minLength: -1, maxLength: -1 },
  ...rest,
  validity: validity as ValidityState,
});

describe("what a browser finds wrong with a field", () => {
  it("is told by the words of the console", () => {
    expect(faultOf(field({ valueMissing: true }))).toEqual({ code: "required" });
    expect(faultOf(field({ typeMismatch: true }, { type: "url" }))).toEqual({ code: "not_a_url" });
    expect(faultOf(field({ rangeUnderflow: true }, { min: "1" }))).toEqual({ code: "too_small", minimum: 1 });
    expect(faultOf(field({ rangeOverflow: true }, { max: "99.5" }))).toEqual({ code: "too_large", maximum: 99.5 });
    expect(faultOf(field({ tooShort: true }, { minLength: 10 }))).toEqual({ code: "too_short", minimum: 10 });
    expect(faultOf(field({ tooLong: true }, { maxLength: 64 }))).toEqual({ code: "too_long", maximum: 64 });
    expect(faultOf(field({ patternMismatch: true }))).toEqual({ code: "wrong_type" });
  });

  it("is nothing where the field is in order", () => {
    expect(faultOf(field({ valid: true }))).toBeNull();
  });
});
