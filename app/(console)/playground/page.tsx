import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { NoPermission } from "@/components/no-permission";
import { PlaygroundView } from "@/components/playground/playground-view";
import { refusalOf } from "@/lib/server/grantors";
import { playgroundChoices } from "@/lib/server/playground-data";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("nav");
  return { title: t("playground") };
}

export default async function PlaygroundPage() {
  const session = await requireSession("/playground");
  // Its calls cost money, so looking is not enough.
  const refusal = await refusalOf(session, "write");
  if (refusal !== null) return <NoPermission {...refusal} />;
  return (
    <Messages namespaces={["playground", "calls"]}>
      <PlaygroundView choices={await playgroundChoices()} />
    </Messages>
  );
}
