import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AuditPageView } from "@/components/audit/audit-view";
import { Messages } from "@/components/messages";
import { NoPermission } from "@/components/no-permission";
import { loadAudit } from "@/lib/server/audit-data";
import { refusalOf } from "@/lib/server/grantors";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("audit");
  return { title: t("title") };
}

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** Entries name people and the addresses they came from, so reading them takes what managing accounts takes. */
export default async function AuditPage({ searchParams }: { searchParams: SearchParams }) {
  const session = await requireSession("/audit");
  const refusal = await refusalOf(session, "admin");
  if (refusal !== null) return <NoPermission {...refusal} />;
  return (
    <Messages namespaces={["audit", "changes", "filterBar", "timeRange"]}>
      <AuditPageView {...(await loadAudit(await searchParams))} />
    </Messages>
  );
}
