import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { ImportPage } from "@/components/providers/import/import-page";
import { providerDetail } from "@/lib/server/providers-data";
import { requireSession } from "@/lib/server/session";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("modelImport");
  return { title: t("title") };
}

export default async function ProviderImportPage({ params }: Props) {
  const { id } = await params;
  await requireSession(`/providers/${id}/import`);
  const provider = await providerDetail(id);
  if (provider === null) notFound();
  return (
    <Messages namespaces={["providers", "modelImport"]}>
      <ImportPage initial={provider} />
    </Messages>
  );
}
