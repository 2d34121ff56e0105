import { byteOrderMark, csvRecord, fileTime } from "../csv.ts";
import { allAudit, recordAct } from "../db/audit.ts";
import { logger } from "../logger.ts";
import type { AuditFilter, AuditView } from "../schemas/audit.ts";
import type { Caller } from "./caller.ts";

const head = [
  ...["id", "at", "actor_type", "actor_id", "actor", "action"],
  ...["object_type", "object_id", "object", "before", "after", "ip"],
];

const json = (value: AuditView["before"]) => value && JSON.stringify(value);

const line = ({ id, at, actor, action, target, before, after, ip }: AuditView) =>
  csvRecord([
    ...[id, at, actor.type, actor.id, actor.name, action],
    ...[target.type, target.id, target.name, json(before), json(after), ip],
  ]);

/**
 * The audit log as a CSV file that is made while it is being sent. That it was taken is audited first, so the file ends
 * with the entry before that.
 */
export async function exportAudit(filter: AuditFilter, caller: Caller): Promise<Response> {
  const now = new Date();
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  await recordAct({
    actor: caller.actor,
    action: "export",
    target: { type: "audit", id: null, name: null },
    after: { format: "csv", filter: given },
  });
  const pages = allAudit({ ...filter, to: Math.min(filter.to ?? Number.POSITIVE_INFINITY, now.getTime()) });
  const encoder = new TextEncoder();
  let sent = false;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        if (!sent) {
          sent = true;
          controller.enqueue(encoder.encode(`${byteOrderMark}${csvRecord(head)}`));
          return;
        }
        const page = await pages.next();
        if (page.done) controller.close();
        else controller.enqueue(encoder.encode(page.value.map(line).join("")));
      } catch (error) {
        // The status is sent already: a file that breaks off is the only way left to say so.
        logger().error({ err: error }, "an export of the audit log broke off");
        controller.error(error);
      }
    },
    cancel: async () => {
      await pages.return(undefined);
    },
  });
  return new Response(stream, {
    headers: {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="sluice-audit-${fileTime(now)}.csv"`,
    },
  });
}
