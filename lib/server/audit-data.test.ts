import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { actorTypes, auditActions, auditTargets } from "../schemas/audit-terms.ts";

const locales = ["en", "zh-CN", "zh-TW", "ja", "ko"];

describe("the words of the audit log", () => {
  it.each(locales)("exist in %s for every action, object and kind of actor there is", (locale) => {
    const { audit } = JSON.parse(readFileSync(`messages/${locale}.json`, "utf8"));
    const without = (codes: readonly string[], words: Record<string, string>) => codes.filter((code) => !words[code]);
    expect(without(auditActions, audit.action)).toEqual([]);
    expect(without(auditTargets, audit.target)).toEqual([]);
    expect(without(actorTypes, audit.actorType)).toEqual([]);
  });
});
