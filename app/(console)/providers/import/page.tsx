import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { NoPermission } from "@/components/no-permission";
import { ConnectPage } from "@/components/providers/import/connect-page";
import { refusalOf } from "@/lib/server/grantors";
import { providerList } from "@/lib/server/providers-data";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("providers");
  return { title: t("picker.title") };
}

export default async function NewProviderPage() {
  const refusal = await refusalOf(await requireSession("/providers/import"), "write");
  if (refusal !== null) return <NoPermission {...refusal} />;
  const { items } = await providerList();
  return (
    <Messages namespaces={["changes", "providers", "modelImport"]}>
      <ConnectPage takenNames={items.map(({ name }) => name)} />
    </Messages>
  );
}
