import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { ProviderList } from "@/components/providers/provider-list";
import { providerList } from "@/lib/server/providers-data";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("providers");
  return { title: t("title") };
}

export default async function ProvidersPage() {
  await requireSession("/providers");
  return (
    <Messages namespaces={["healthStrip", "providers", "modelImport"]}>
      <ProviderList initial={await providerList()} />
    </Messages>
  );
}
