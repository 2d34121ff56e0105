import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { QuickstartView } from "@/components/quickstart/quickstart-view";
import { quickstartChoices } from "@/lib/server/quickstart-data";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("nav");
  return { title: t("quickstart") };
}

export default async function QuickstartPage() {
  await requireSession("/quickstart");
  return (
    <Messages namespaces={["quickstart", "calls", "live"]}>
      <QuickstartView choices={await quickstartChoices(Date.now())} />
    </Messages>
  );
}
