"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import type { DemoView } from "@/lib/schemas/demo";
import { useMay } from "../permissions";
import { setPreferenceCookie } from "../preferences";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { setupCookie } from "./setup-cookie";
import { useDemo, useDemoActions } from "./use-demo";

/** Settings → General: whether the demo is here, and the way to have it gone or back. */
export function DemoSettingsCard({ initial, setupHidden }: { initial: DemoView; setupHidden: boolean }) {
  const t = useTranslations("demo");
  const router = useRouter();
  const may = useMay();
  const { state, demo } = useDemo({ initial }).data ?? initial;
  const actions = useDemoActions();
  const sentence =
    state !== "present" || demo === null
      ? t(state === "off" ? "off" : "removed")
      : demo.group === null
        ? t("presentNoGroup")
        : t("present", { models: demo.models.length, group: demo.group });
  const showSetup = () => {
    setPreferenceCookie(setupCookie, "");
    router.push("/#setup");
    router.refresh();
  };
  return (
    <Card title={t("title")} description={t("hint")}>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 basis-64 text-body">{sentence}</p>
        {may("write") && setupHidden && <Button onClick={showSetup}>{t("showSetup")}</Button>}
        {may("write") && state === "present" && (
          <Button pending={actions.pending} onClick={actions.askRemove}>
            {t("remove")}
          </Button>
        )}
        {may("write") && state === "removed" && (
          <Button pending={actions.pending} onClick={actions.restore}>
            {t("restore")}
          </Button>
        )}
      </div>
      {actions.dialog}
    </Card>
  );
}
