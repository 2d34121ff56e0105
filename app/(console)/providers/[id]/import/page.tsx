import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { NoPermission } from "@/components/no-permission";
import { ImportPage } from "@/components/providers/import/import-page";
import { refusalOf } from "@/lib/server/grantors";
import { providerDetail } from "@/lib/server/providers-data";
import { requireSession } from "@/lib/server/session";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("modelImport");
  return { title: t("title") };
}

export default async function ProviderImportPage({ params }: Props) {
  const { id } = await params;
  const refusal = await refusalOf(await requireSession(`/providers/${id}/import`), "write");
  if (refusal !== null) return <NoPermission {...refusal} />;
  const provider = await providerDetail(id);
  if (provider === null) notFound();
  return (
    <Messages namespaces={["changes", "providers", "modelImport"]}>
      <ImportPage initial={provider} />
    </Messages>
  );
}
