import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { GroupDetail } from "@/components/groups/group-detail";
import { Messages } from "@/components/messages";
import { groupDetail } from "@/lib/server/groups-data";
import { requireSession } from "@/lib/server/session";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("groups");
  return { title: t("title") };
}

export default async function GroupPage({ params }: Props) {
  const { id } = await params;
  await requireSession(`/groups/${id}`);
  const detail = await groupDetail(id);
  if (detail === null) notFound();
  return (
    <Messages namespaces={["groups", "providers", "calls", "changes", "charts", "failKeywords", "healthStrip"]}>
      <GroupDetail initial={detail} />
    </Messages>
  );
}
