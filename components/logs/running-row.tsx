"use client";

import { LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useState } from "react";
import type { RunningCall } from "@/lib/gateway/types";
import { useEndpointText } from "../calls/endpoint-text";
import { useDates, useFormat } from "../format";
import { Td, Tr } from "../ui/table";
import type { LogColumn } from "./columns";
import { cardCellClass, cardClass } from "./row-card";

/** A call under way: what is known of it by now, and how long it has been running. */
export function RunningRow({ call, columns }: { call: RunningCall; columns: readonly LogColumn[] }) {
  const tColumn = useTranslations("logs.column");
  const t = useTranslations("logs");
  const dates = useDates();
  const format = useFormat();
  const endpointText = useEndpointText();
  const values: Partial<Record<LogColumn, ReactNode>> = {
    outcome: (
      <span className="inline-flex h-5 items-center gap-1 rounded-full bg-muted px-2 text-caption text-muted-foreground">
        <LoaderCircle aria-hidden className="size-3 animate-spin motion-reduce:animate-none" />
        {t("running")}
      </span>
    ),
    model: call.model && <span className="break-words font-medium">{call.model}</span>,
    endpoint: endpointText(call.endpoint),
    group: call.group?.name,
    key: call.key?.name,
    attempts: call.attempts > 0 ? format.integer(call.attempts) : null,
    total: <Elapsed at={call.at} />,
  };
  return (
    <Tr density="compact" muted className={cardClass}>
      <Td className="hidden md:table-cell" />
      <Td primary className="col-span-full whitespace-nowrap md:font-normal">
        <time dateTime={new Date(call.at).toISOString()}>{dates.dateTime(new Date(call.at), "logOfYear")}</time>
      </Td>
      {columns.map((column) => (
        <Td key={column} label={tColumn(column)} align={column === "total" ? "end" : "start"} className={cardCellClass}>
          {values[column] ?? "–"}
        </Td>
      ))}
      <Td className="hidden md:table-cell" />
    </Tr>
  );
}

const tickMs = 500;

function Elapsed({ at }: { at: number }) {
  const format = useFormat();
  const [now, setNow] = useState(at);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  return <span aria-hidden>{format.duration(Math.max(0, now - at))}</span>;
}
