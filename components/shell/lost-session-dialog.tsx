"use client";

import { useQueryClient } from "@tanstack/react-query";
import { LogIn } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useState } from "react";
import { api } from "../api-client";
import { setSessionLost } from "../lost-session";
import { Button, ButtonLink } from "../ui/button";
import { Dialog } from "../ui/dialog";

/**
 * Over the page when its session has ended. What was typed stays below it: signing in in another tab and coming back
 * makes it go away; the link signs in here and returns to exactly this address.
 */
export default function LostSessionDialog() {
  const t = useTranslations("shell.lost");
  const router = useRouter();
  const queryClient = useQueryClient();
  const [checking, setChecking] = useState(false);
  const [stillOut, setStillOut] = useState(false);
  const check = useCallback(async () => {
    try {
      await api.get("/api/admin/status");
    } catch {
      return false;
    }
    setSessionLost(false);
    void queryClient.invalidateQueries();
    router.refresh();
    return true;
  }, [queryClient, router]);

  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") void check();
    };
    document.addEventListener("visibilitychange", look);
    window.addEventListener("focus", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("focus", look);
    };
  }, [check]);

  const { pathname, search, hash } = window.location;
  const signInHref = `/login?next=${encodeURIComponent(`${pathname}${search}${hash}`)}`;
  return (
    <Dialog
      open
      onOpenChange={() => undefined}
      dismissible={false}
      title={t("title")}
      description={t("body")}
      footer={
        <>
          <Button
            pending={checking}
            onClick={async () => {
              setChecking(true);
              const signedIn = await check();
              setChecking(false);
              setStillOut(!signedIn);
            }}
          >
            {t("check")}
          </Button>
          <ButtonLink href="/login" target="_blank" rel="noreferrer" prefetch={false}>
            {t("newTab")}
          </ButtonLink>
          {/* A full load: nothing of the ended session stays in the page's memory. */}
          <Button variant="primary" icon={LogIn} onClick={() => window.location.assign(signInHref)}>
            {t("signIn")}
          </Button>
        </>
      }
    >
      {stillOut && (
        <p role="status" className="text-body text-danger">
          {t("still")}
        </p>
      )}
    </Dialog>
  );
}
