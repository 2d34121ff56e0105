import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Messages } from "@/components/messages";
import { Permissions } from "@/components/permissions";
import { ProviderIcons } from "@/components/provider-icon";
import { settingsSections } from "@/components/settings/sections";
import { setupCookie, setupHiddenValue } from "@/components/setup/setup-cookie";
import { FocusKeeper } from "@/components/shell/focus-keeper";
import { GatewayBanner } from "@/components/shell/gateway-banner";
import { ShellLayers } from "@/components/shell/layers";
import { MobileBar } from "@/components/shell/mobile-bar";
import { SessionKeeper } from "@/components/shell/session-keeper";
import { Sidebar } from "@/components/shell/sidebar";
import { instance } from "@/lib/server/instance";
import { providerIcons } from "@/lib/server/providers-data";
import { requireSession } from "@/lib/server/session";
import { setupProgress } from "@/lib/server/setup-progress";
import { parseTheme, sidebarCookie, themeCookie } from "@/lib/theme";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  // The frame shows a name, so it needs a session. It protects nothing: layouts are not rendered again on every
  // navigation, so each page asks for its own session too.
  const session = await requireSession();
  const [t, tSections, cookieStore, { name }, icons] = await Promise.all([
    getTranslations("common"),
    getTranslations("settings.sections"),
    cookies(),
    instance(),
    providerIcons(),
  ]);
  const mayFinish = session.permissions.includes("write") && cookieStore.get(setupCookie)?.value !== setupHiddenValue;
  const progress = mayFinish ? await setupProgress() : null;
  const setup = progress?.finished ? null : progress;
  const theme = parseTheme(cookieStore.get(themeCookie)?.value);
  return (
    <Permissions granted={session.permissions}>
      <Messages namespaces={["shell", "shortcuts", "palette"]}>
        <div className="flex min-h-dvh">
          <a
            href="#content"
            className="-translate-y-16 fixed top-2 left-2 z-50 rounded-control bg-primary px-3 py-2 text-primary-foreground focus:translate-y-0"
          >
            {t("skipToContent")}
          </a>
          <Sidebar
            collapsed={cookieStore.get(sidebarCookie)?.value === "collapsed"}
            theme={theme}
            username={session.username}
            instanceName={name}
            setup={setup}
          />
          <main id="content" tabIndex={-1} className="min-w-0 flex-1 pb-16 outline-none md:pb-0">
            <GatewayBanner />
            <ProviderIcons icons={icons}>{children}</ProviderIcons>
          </main>
          <MobileBar theme={theme} username={session.username} setup={setup} />
          <SessionKeeper />
          <FocusKeeper />
          <ShellLayers settingsPages={settingsSections.map((section) => ({ section, label: tSections(section) }))} />
        </div>
      </Messages>
    </Permissions>
  );
}
