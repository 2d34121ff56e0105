import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { KeyList } from "@/components/keys/key-list";
import { Messages } from "@/components/messages";
import { keyList } from "@/lib/server/keys-data";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("keys");
  return { title: t("title") };
}

export default async function KeysPage() {
  const session = await requireSession("/keys");
  return (
    <Messages namespaces={["changes", "keys"]}>
      <KeyList initial={await keyList(session.permissions.includes("admin"))} />
    </Messages>
  );
}
