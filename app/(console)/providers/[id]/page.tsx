import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { ProviderDetail } from "@/components/providers/provider-detail";
import { failureWindow, providerDetail } from "@/lib/server/providers-data";
import { requireSession } from "@/lib/server/session";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("providers");
  return { title: t("title") };
}

export default async function ProviderPage({ params }: Props) {
  const { id } = await params;
  await requireSession(`/providers/${id}`);
  const [provider, failureWindowMinutes] = await Promise.all([providerDetail(id), failureWindow()]);
  if (provider === null) notFound();
  return (
    <Messages namespaces={["changes", "healthStrip", "providers", "modelImport", "demo"]}>
      <ProviderDetail initial={provider} failureWindowMinutes={failureWindowMinutes} />
    </Messages>
  );
}
