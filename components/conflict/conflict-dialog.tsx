"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { api, isApiError } from "@/components/api-client";
import { ChangeText, useFieldLabel, ValueText } from "@/components/history/change-text";
import { QueryError } from "@/components/query-error";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, Tbody, Td, Th, Thead, Tr } from "@/components/ui/table";
import { onTop, type Side, sideBySide } from "./three-way";

type Values = Readonly<Record<string, unknown>>;

export type ConflictDialogProps = {
  /** Where the object is read: its address in the management API. */
  path: string;
  /** The object as it was when the reader began to change it. */
  base: Values;
  /** The refused change, under the names of the object's fields. */
  mine: Values;
  pending: boolean;
  /** Where the API's answer names fields otherwise than `base` and `mine`. */
  read?: (answer: Values) => Values;
  labelOf?: (path: string) => string;
  /** Saves my changes over theirs: only what I changed, with the version they saved. */
  onKeepMine: (body: Record<string, unknown> & { version: number }, theirs: Values) => void;
  /** Drops my changes. Everything is read again afterwards. */
  onTakeTheirs: (theirs: Values) => void;
  /** Back to the form, with nothing decided. */
  onClose: () => void;
};

export function ConflictDialog({
  path,
  base,
  mine,
  pending,
  read = (answer) => answer,
  labelOf,
  onKeepMine,
  onTakeTheirs,
  onClose,
}: ConflictDialogProps) {
  const t = useTranslations("changes.conflict");
  const queryClient = useQueryClient();
  const latest = useQuery({
    queryKey: ["conflict", path],
    queryFn: () => api.get<Values>(path),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const theirs = latest.data && !latest.isFetching ? read(latest.data) : null;
  const sides = theirs ? sideBySide(base, theirs, mine) : [];
  const gone = isApiError(latest.error) && latest.error.status === 404;
  return (
    <Dialog
      open
      size="large"
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t(gone ? "goneTitle" : "title")}
      description={t(gone ? "goneBody" : theirs && !sides.some((side) => side.theirs) ? "nothingTheirs" : "body")}
      footer={
        theirs && (
          <>
            <Button
              disabled={pending}
              onClick={() => {
                onTakeTheirs(theirs);
                void queryClient.invalidateQueries();
              }}
            >
              {t("takeTheirs")}
            </Button>
            <Button
              variant="primary"
              pending={pending}
              onClick={() => onKeepMine({ ...onTop(base, theirs, mine), version: Number(theirs.version) }, theirs)}
            >
              {t("keepMine")}
            </Button>
          </>
        )
      }
    >
      {latest.isFetching ? (
        <SkeletonRows rows={3} />
      ) : theirs ? (
        <SideTable sides={sides} labelOf={labelOf} />
      ) : (
        !gone && <QueryError query={latest} />
      )}
    </Dialog>
  );
}

function SideTable({ sides, labelOf }: { sides: readonly Side[]; labelOf?: (path: string) => string }) {
  const t = useTranslations("changes.conflict");
  const fieldLabel = useFieldLabel();
  const label = labelOf ?? fieldLabel;
  if (sides.length === 0) return null;
  return (
    <div className="-mx-4">
      <Table label={t("table")}>
        <Thead>
          <Th>{t("field")}</Th>
          <Th>{t("base")}</Th>
          <Th>{t("theirs")}</Th>
          <Th>{t("mine")}</Th>
        </Thead>
        <Tbody>
          {sides.map(({ path, theirs, mine }) => (
            <Tr key={path} className="md:[&>td]:align-top">
              <Td primary className="max-md:flex-wrap">
                <span className="break-words">{label(path)}</span>{" "}
                {theirs && mine && (
                  <Badge tone="degraded" className="md:mt-1 md:flex md:w-fit">
                    {t("both")}
                  </Badge>
                )}
              </Td>
              <Td label={t("base")} className="text-muted-foreground">
                <Before change={theirs ?? mine} />
              </Td>
              <Td label={t("theirs")}>{theirs ? <ChangeText change={theirs} /> : <Unchanged />}</Td>
              <Td label={t("mine")}>{mine ? <ChangeText change={mine} /> : <Unchanged />}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  );
}

/** What a value was; of lists it is told what happened to them. */
function Before({ change }: { change: Side["theirs"] }) {
  return change?.kind === "value" ? <ValueText path={change.path} value={change.before} /> : "—";
}

function Unchanged() {
  const t = useTranslations("changes.conflict");
  return <span className="text-muted-foreground">{t("unchanged")}</span>;
}
