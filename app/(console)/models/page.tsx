import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { ModelsView } from "@/components/models/models-view";
import { modelCatalogue } from "@/lib/server/models-catalogue";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("nav");
  return { title: t("models") };
}

export default async function ModelsPage() {
  await requireSession("/models");
  return (
    <Messages namespaces={["models", "modelImport", "providers"]}>
      <ModelsView initial={await modelCatalogue()} />
    </Messages>
  );
}
