import type { Metadata } from "next";
import { getTimeZone, getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { UsageView } from "@/components/usage/usage-view";
import { requireSession } from "@/lib/server/session";
import { loadUsage } from "@/lib/server/usage-data";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("usage");
  return { title: t("title") };
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function UsagePage({ searchParams }: Props) {
  await requireSession("/usage");
  const [parameters, timeZone] = await Promise.all([searchParams, getTimeZone()]);
  return (
    <Messages namespaces={["usage", "charts", "calls", "timeRange"]}>
      <UsageView {...(await loadUsage(parameters, timeZone))} />
    </Messages>
  );
}
