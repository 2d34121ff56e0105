"use client";

import { Plug, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { CallView } from "@/lib/schemas/logs";
import { setPreferenceCookie } from "../preferences";
import { ButtonLink, IconButton } from "../ui/button";
import { Card } from "../ui/card";
import { CopyButton } from "../ui/copy-button";
import { Tabs } from "../ui/tabs";
import { BrowserCall } from "./browser-call";
import { firstRequestCookie, firstRequestHiddenValue } from "./first-request-cookie";
import { TerminalCall } from "./terminal-call";
import { useDemoKey } from "./use-demo-key";

/** From nothing to a proxied call without an account anywhere. `group` null: the demo is gone, so a provider is next. */
export function FirstRequest({
  group,
  hasDeployments,
  onArrived,
}: {
  group: string | null;
  hasDeployments: boolean;
  /** A call from outside has come. */
  onArrived: (call: CallView) => void;
}) {
  const t = useTranslations("overview.first");
  const [hidden, setHidden] = useState(false);
  if (hidden) return null;
  const hide = () => {
    setHidden(true);
    setPreferenceCookie(firstRequestCookie, firstRequestHiddenValue);
  };
  if (group === null) {
    if (hasDeployments) return null;
    return (
      <Card title={t("connectTitle")} description={t("connectBody")}>
        <ButtonLink href="/providers" variant="primary" icon={Plug}>
          {t("connectTitle")}
        </ButtonLink>
      </Card>
    );
  }
  return (
    <Card
      title={t("title")}
      description={t("body")}
      actions={<IconButton icon={X} label={t("dismiss")} onClick={hide} />}
    >
      <SendIt group={group} onArrived={onArrived} />
    </Card>
  );
}

function SendIt({ group, onArrived }: { group: string; onArrived: (call: CallView) => void }) {
  const t = useTranslations("overview.first");
  const [tab, setTab] = useState<"browser" | "terminal">("browser");
  const [message, setMessage] = useState<string>(t("sample"));
  // Calls made from this card; the terminal tab waits for one that is not.
  const [ownCalls, setOwnCalls] = useState<readonly string[]>([]);
  const key = useDemoKey();
  const issued = key.data ?? null;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Tabs
        label={t("tabs")}
        value={tab}
        onValueChange={setTab}
        tabs={[
          {
            value: "browser",
            label: t("tabBrowser"),
            content: (
              <BrowserCall
                group={group}
                message={message}
                onMessage={setMessage}
                keyFor={async () => issued ?? (await key.mutateAsync())}
                hasKey={issued !== null}
                onCall={(requestId) => setOwnCalls((before) => [...before, requestId])}
              />
            ),
          },
          {
            value: "terminal",
            label: t("tabTerminal"),
            content: (
              <TerminalCall
                group={group}
                message={message}
                issued={issued}
                pending={key.isPending}
                onCreate={() => key.mutate()}
                ownCalls={ownCalls}
                onArrived={onArrived}
              />
            ),
          },
        ]}
      />
      {issued && (
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2 rounded-control bg-muted px-3 py-2">
          <span className="text-caption text-muted-foreground">{t("keyShownOnce")}</span>
          <code className="min-w-0 break-all text-small">{issued.key}</code>
          <CopyButton text={issued.key} size="compact">
            {t("keyCopy")}
          </CopyButton>
          <span className="basis-full text-caption text-muted-foreground">{t("keyEnds", { group })}</span>
        </div>
      )}
    </div>
  );
}
