import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { compactShapes } from "@/components/health-strip/strip-shapes";
import { Messages } from "@/components/messages";
import { PublicStatusView } from "@/components/status/public-status-view";
import { type PublicStrip, publicStatus } from "@/lib/server/status-public";

// The setting decides on every request, and what was read is kept by lib/server/status-public.
export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("publicStatus");
  return { title: t("title") };
}

export default async function PublicStatusPage() {
  const status = await publicStatus();
  if (status === null) notFound();
  return (
    <Messages namespaces={["publicStatus"]}>
      <PublicStatusView
        status={{
          ...status,
          rows: status.rows.map((row) => ({ ...row, day: drawn(row.day), quarter: drawn(row.quarter) })),
        }}
      />
    </Messages>
  );
}

const drawn = ({ cells, successRate }: PublicStrip) => ({
  count: cells.length,
  shapes: compactShapes(cells),
  successRate,
});
