"use client";

import { useState } from "react";
import type { AlertsView as Alerts } from "@/lib/schemas/alerts";
import { EmailCard } from "./email-card";
import { RulesCard } from "./rules-card";
import { WebhookCard } from "./webhook-card";

/** Who is told when something needs attention. Each card saves by itself; all share what is stored. */
export function AlertsView({ initial, timeZone }: { initial: Alerts; timeZone: string }) {
  const [alerts, setAlerts] = useState(initial);
  return (
    <>
      <RulesCard alerts={alerts} onSaved={setAlerts} timeZone={timeZone} />
      <WebhookCard alerts={alerts} onSaved={setAlerts} />
      <EmailCard alerts={alerts} onSaved={setAlerts} />
    </>
  );
}
