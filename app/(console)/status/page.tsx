import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { StatusView } from "@/components/status/status-view";
import { requireSession } from "@/lib/server/session";
import { loadStatus } from "@/lib/server/status-data";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("status");
  return { title: t("title") };
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function StatusPage({ searchParams }: Props) {
  await requireSession("/status");
  return (
    <Messages namespaces={["status", "healthStrip", "providers", "live"]}>
      <StatusView {...(await loadStatus(await searchParams))} />
    </Messages>
  );
}
