import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import { columnsCookie, columnsOf } from "@/components/logs/columns";
import { LogsView } from "@/components/logs/logs-view";
import { Messages } from "@/components/messages";
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
  const actor = { type: "user", id: session.userId, name: session.username, ip: null } as const;
  const [data, cookieStore] = await Promise.all([loadLogs(parameters, actor), cookies()]);
  return (
    <Messages namespaces={["logs", "calls", "filterBar", "savedViews", "timeRange", "live"]}>
      <LogsView {...data} columns={[...columnsOf(cookieStore.get(columnsCookie)?.value)]} />
    </Messages>
  );
}
