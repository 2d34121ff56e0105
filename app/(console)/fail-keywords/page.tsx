import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { KeywordsPage } from "@/components/fail-keywords/keywords-page";
import { Messages } from "@/components/messages";
import { listFailKeywords } from "@/lib/db/fail-keywords";
import { readSettings } from "@/lib/db/settings";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("failKeywords");
  return { title: t("title") };
}

export default async function FailKeywordsPage() {
  await requireSession("/fail-keywords");
  const { holdbackCharacters, holdbackMs } = await readSettings();
  return (
    <Messages namespaces={["failKeywords", "changes"]}>
      <KeywordsPage
        initial={await listFailKeywords({ limit: 500 })}
        holdback={{ characters: holdbackCharacters, ms: holdbackMs }}
      />
    </Messages>
  );
}
