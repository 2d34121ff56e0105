import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getTimeZone, getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { firstRequestCookie, firstRequestHiddenValue } from "@/components/overview/first-request-cookie";
import { OverviewView } from "@/components/overview/overview-view";
import { setupCookie, setupHiddenValue } from "@/components/setup/setup-cookie";
import { loadOverview } from "@/lib/server/overview-data";
import { requireSession } from "@/lib/server/session";
import { setupProgress } from "@/lib/server/setup-progress";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("overview");
  return { title: t("title") };
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function OverviewPage({ searchParams }: Props) {
  const session = await requireSession("/");
  const [parameters, timeZone, cookieStore] = await Promise.all([searchParams, getTimeZone(), cookies()]);
  const data = await loadOverview(parameters, timeZone);
  const setup =
    session.permissions.includes("write") && cookieStore.get(setupCookie)?.value !== setupHiddenValue
      ? await setupProgress()
      : null;
  return (
    <Messages
      namespaces={["overview", "charts", "calls", "logs", "providers", "live", "timeRange", "healthStrip", "demo"]}
    >
      <OverviewView
        {...data}
        setup={setup}
        firstRequestHidden={cookieStore.get(firstRequestCookie)?.value === firstRequestHiddenValue}
      />
    </Messages>
  );
}
