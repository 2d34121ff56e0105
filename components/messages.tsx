import { NextIntlClientProvider } from "next-intl";
import { getMessages } from "next-intl/server";
import type { ReactNode } from "react";
import { type Messages as AllMessages, type Namespace, pickMessages } from "@/lib/i18n/messages";

/** The namespaces every client component may count on. */
const baseNamespaces = ["common", "nav", "errors", "reasons"] as const satisfies readonly Namespace[];

/**
 * Sends the named namespaces (and the base ones) to the client components below it. Each page wraps its client part
 * in one, so that no page carries the words of another.
 */
export async function Messages({
  namespaces = [],
  children,
}: {
  namespaces?: readonly Namespace[];
  children: ReactNode;
}) {
  const messages = (await getMessages()) as AllMessages;
  return (
    <NextIntlClientProvider messages={pickMessages(messages, [...baseNamespaces, ...namespaces])}>
      {children}
    </NextIntlClientProvider>
  );
}
