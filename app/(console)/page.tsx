import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getTimeZone, getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { firstRequestCookie, firstRequestHiddenValue } from "@/components/overview/first-request-cookie";
import { OverviewView } from "@/components/overview/overview-view";
import { loadOverview } from "@/lib/server/overview-data";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("overview");
  return { title: t("title") };
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function OverviewPage({ searchParams }: Props) {
  await requireSession("/");
  const [parameters, timeZone, cookieStore] = await Promise.all([searchParams, getTimeZone(), cookies()]);
  const data = await loadOverview(parameters, timeZone);
  return (
    <Messages namespaces={["overview", "charts", "calls", "logs", "providers", "live", "timeRange", "healthStrip"]}>
      <OverviewView
        {...data}
        firstRequestHidden={cookieStore.get(firstRequestCookie)?.value === firstRequestHiddenValue}
      />
    </Messages>
  );
}
