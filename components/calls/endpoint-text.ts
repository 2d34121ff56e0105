"use client";

import { useTranslations } from "next-intl";
import type { EndpointName } from "@/lib/gateway/types";

/** A dot would end a message's name. */
type MessageName<Name extends string> = Name extends `${infer Head}.${infer Tail}` ? `${Head}_${Tail}` : Name;

/** The words for what a client asked for; an endpoint this console does not know is shown as it is. */
export function useEndpointText(): (endpoint: string) => string {
  const t = useTranslations("calls.endpoint");
  return (endpoint) => {
    const name = endpoint.replace(".", "_") as MessageName<EndpointName>;
    return t.has(name) ? t(name) : endpoint;
  };
}
