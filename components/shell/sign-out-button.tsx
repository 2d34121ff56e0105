"use client";

import { LogOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { signOut } from "../sign-in";
import { Button } from "../ui/button";

export function SignOutButton() {
  const t = useTranslations("nav");
  return (
    <Button icon={LogOut} onClick={() => void signOut()}>
      {t("signOut")}
    </Button>
  );
}
