import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { KeywordsPage } from "@/components/fail-keywords/keywords-page";
import { Messages } from "@/components/messages";
import { listFailKeywords } from "@/lib/db/fail-keywords";
import { callerWith } from "@/lib/server/caller";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("failKeywords");
  return { title: t("title") };
}

export default async function FailKeywordsPage() {
  const session = await requireSession("/fail-keywords");
  const actor = { type: "user" as const, id: session.userId, name: session.username, ip: null };
  return (
    <Messages namespaces={["changes", "failKeywords"]}>
      <KeywordsPage
        initial={await listFailKeywords({ limit: 500 })}
        canEdit={callerWith(actor, session.role).may("write")}
      />
    </Messages>
  );
}
