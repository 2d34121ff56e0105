"use client";

import { Import } from "lucide-react";
import { useTranslations } from "next-intl";
import { ButtonLink } from "../ui/button";
import { Card } from "../ui/card";

/** Each with the names under which people know it. */
const systems = [
  { id: "litellm", name: "LiteLLM" },
  { id: "newApi", name: "New API / One API" },
  { id: "niceapi", name: "NiceAPI" },
  { id: "providerJson", name: "AI API Gateway" },
  { id: "apiProxy", name: "API Proxy" },
] as const;

/** What to bring along from another gateway. */
export function MovingCard() {
  const t = useTranslations("quickstart.moving");
  return (
    <Card
      title={t("title")}
      description={t("body")}
      actions={
        <ButtonLink href="/settings/import" icon={Import}>
          {t("open")}
        </ButtonLink>
      }
    >
      <dl className="grid min-w-0 gap-4 md:grid-cols-2 xl:grid-cols-3">
        {systems.map(({ id, name }) => (
          <div key={id} className="min-w-0">
            <dt className="font-medium text-body">{name}</dt>
            <dd className="mt-0.5 text-muted-foreground text-small">{t(id)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
