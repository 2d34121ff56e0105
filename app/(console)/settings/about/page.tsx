import type { Metadata } from "next";
import { getFormatter, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { type About, readAbout } from "@/lib/server/about";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("settings");
  return { title: `${t("sections.about")} · ${t("title")}` };
}

export default async function AboutPage() {
  await requireSession("/settings/about");
  const [about, t, format] = await Promise.all([readAbout(), getTranslations("settings.about"), getFormatter()]);
  const { plane } = about;
  return (
    <>
      <Card title={t("title")} flush>
        <dl className="divide-y text-small">
          <Fact name={t("version")}>{about.version}</Fact>
          <Fact name={t("state")}>
            <PlaneState plane={plane} />
          </Fact>
          {plane && (
            <>
              <Fact name={t("inFlight")}>{format.number(plane.inFlight, "integer")}</Fact>
              <Fact name={t("configuration")}>{format.number(plane.catalogVersion, "integer")}</Fact>
              <Fact name={t("journal")}>{t("bytes", { bytes: plane.journalBytes })}</Fact>
            </>
          )}
          <Fact name={t("database")}>{t("databaseSqlite")}</Fact>
          <Fact name={t("node")}>{about.nodeVersion}</Fact>
          <Fact name={t("serverZone")}>{about.timeZone}</Fact>
          <Fact name={t("license")}>{about.license}</Fact>
        </dl>
      </Card>
      <Card title={t("links")} flush>
        <ul className="divide-y">
          <Interface href="/api/openapi.json" name={t("openapi")} hint={t("openapiHint")} />
          <Interface href="/api/ready" name={t("ready")} hint={t("readyHint")} />
        </ul>
      </Card>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-2">
      <dt className="text-muted-foreground">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

async function PlaneState({ plane }: { plane: About["plane"] }) {
  const t = await getTranslations("settings.about");
  if (plane === null) return <Badge tone="failed">{t("stateUnreachable")}</Badge>;
  if (plane.draining) return <Badge tone="held">{t("stateDraining")}</Badge>;
  if (!plane.ready) return <Badge tone="degraded">{t("stateStarting")}</Badge>;
  return <Badge tone="ready">{t("stateReady")}</Badge>;
}

function Interface({ href, name, hint }: { href: string; name: string; hint: string }) {
  return (
    <li className="flex flex-col gap-0.5 px-4 py-3">
      <a href={href} className="w-fit rounded-xs font-medium text-primary hover:underline">
        {name}
      </a>
      <span className="text-muted-foreground text-small">{hint}</span>
    </li>
  );
}
