import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { LogsView } from "@/components/logs/logs-view";
import { Messages } from "@/components/messages";
import { callerWith } from "@/lib/server/caller";
import { loadLogs } from "@/lib/server/logs-data";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("logs");
  return { title: t("title") };
}

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function LogsPage({ searchParams }: { searchParams: SearchParams }) {
  const parameters = await searchParams;
  const query = new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(",") : value]],
    ),
  ).toString();
  const session = await requireSession(query === "" ? "/logs" : `/logs?${query}`);
  const data = await loadLogs(parameters);
  const actor = { type: "user", id: session.userId, name: session.username, ip: null } as const;
  return (
    <Messages namespaces={["logs", "calls"]}>
      <LogsView {...data} mayReadBodies={callerWith(actor, session.role).may("bodies")} />
    </Messages>
  );
}
