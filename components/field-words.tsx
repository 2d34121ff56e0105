"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";

type Field = Pick<HTMLInputElement, "type" | "min" | "max" | "minLength" | "maxLength" | "validity">;
type Fault =
  | { code: "required" | "wrong_type" | "not_a_url" }
  | { code: "too_small" | "too_short"; minimum: number }
  | { code: "too_large" | "too_long"; maximum: number };

/** What the browser finds wrong with a field, as a word of `errors.field`; null where the field is in order. */
export function faultOf({ type, min, max, minLength, maxLength, validity }: Field): Fault | null {
  if (validity.valid) return null;
  if (validity.valueMissing) return { code: "required" };
  if (validity.rangeUnderflow) return { code: "too_small", minimum: Number(min) };
  if (validity.rangeOverflow) return { code: "too_large", maximum: Number(max) };
  if (validity.tooShort) return { code: "too_short", minimum: minLength };
  if (validity.tooLong) return { code: "too_long", maximum: maxLength };
  return { code: validity.typeMismatch && type === "url" ? "not_a_url" : "wrong_type" };
}

/**
 * The browser checks a form before it is sent and says what is wrong in its own language. Here it says so in the
 * reader's. A message lasts until the field is changed or something is pressed: a field that keeps one is never valid.
 */
export function FieldWords() {
  const t = useTranslations("errors.field");
  useEffect(() => {
    const told = new Set<HTMLInputElement>();
    const tell = ({ target }: Event) => {
      if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
      const field = target as HTMLInputElement;
      field.setCustomValidity("");
      const fault = faultOf(field);
      if (fault === null) return;
      field.setCustomValidity(t(fault.code, { minimum: 0, maximum: 0, ...fault }));
      told.add(field);
    };
    const forget = () => {
      for (const field of told) field.setCustomValidity("");
      told.clear();
    };
    document.addEventListener("invalid", tell, true);
    document.addEventListener("input", forget, true);
    document.addEventListener("click", forget, true);
    return () => {
      document.removeEventListener("invalid", tell, true);
      document.removeEventListener("input", forget, true);
      document.removeEventListener("click", forget, true);
    };
  }, [t]);
  return null;
}
