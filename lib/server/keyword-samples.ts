import { lastSamples, listFailKeywords } from "../db/fail-keywords.ts";

/** The text each rule met last, by the rule's id, as its call recorded it: short, with secrets redacted. */
export async function keywordSamples(): Promise<{ samples: Record<string, string> }> {
  const { items } = await listFailKeywords({ limit: 500 });
  return { samples: Object.fromEntries(await lastSamples(items)) };
}
