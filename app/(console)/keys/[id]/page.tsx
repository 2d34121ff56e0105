import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { KeyDetail } from "@/components/keys/key-detail";
import { Messages } from "@/components/messages";
import { keyDetail } from "@/lib/server/keys-data";
import { requireSession } from "@/lib/server/session";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("keys");
  return { title: t("title") };
}

export default async function KeyPage({ params }: Props) {
  const { id } = await params;
  const session = await requireSession(`/keys/${id}`);
  const detail = await keyDetail(id, session.permissions.includes("admin"));
  if (detail === null) notFound();
  return (
    <Messages namespaces={["changes", "charts", "keys"]}>
      <KeyDetail initial={detail} />
    </Messages>
  );
}
