import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { GroupList } from "@/components/groups/group-list";
import { Messages } from "@/components/messages";
import { groupList } from "@/lib/server/groups-data";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("groups");
  return { title: t("title") };
}

export default async function GroupsPage() {
  await requireSession("/groups");
  return (
    <Messages namespaces={["groups", "providers", "healthStrip"]}>
      <GroupList initial={await groupList()} />
    </Messages>
  );
}
