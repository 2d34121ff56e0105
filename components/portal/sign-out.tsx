"use client";

import { LogOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, useErrorText } from "../api-client";
import { Button } from "../ui/button";
import { useToast } from "../ui/toast";

/** Ends the session, on the server too, and leaves the page behind. */
export function PortalSignOut() {
  const t = useTranslations("nav");
  const tErrors = useTranslations("errors");
  const errorText = useErrorText();
  const toast = useToast();
  const [pending, setPending] = useState(false);
  async function leave() {
    setPending(true);
    try {
      await api.delete("/api/portal/session");
      window.location.assign("/portal/login");
    } catch (error) {
      setPending(false);
      toast({ title: tErrors("title"), description: errorText(error), tone: "danger" });
    }
  }
  return (
    <Button variant="ghost" size="compact" icon={LogOut} pending={pending} onClick={() => void leave()}>
      {t("signOut")}
    </Button>
  );
}
