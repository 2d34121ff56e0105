import { callColumns, callFields } from "../call-columns.ts";
import { byteOrderMark, csvRecord, fileTime } from "../csv.ts";
import { recordAct } from "../db/audit.ts";
import { allCalls } from "../db/logs.ts";
import { logger } from "../logger.ts";
import type { CallView, LogExportQuery } from "../schemas/logs.ts";
import type { Caller } from "./caller.ts";

type Format = {
  mediaType: string;
  /** What the file begins with. */
  head: string;
  line(call: CallView): string;
};

const formats: Record<LogExportQuery["format"], Format> = {
  csv: {
    mediaType: "text/csv; charset=utf-8; header=present",
    head: `${byteOrderMark}${csvRecord(Object.keys(callColumns))}`,
    line: (call) => csvRecord(callFields(call)),
  },
  ndjson: {
    mediaType: "application/x-ndjson; charset=utf-8",
    head: "",
    line: (call) => `${JSON.stringify(call)}\n`,
  },
};

/**
 * Every call a filter finds, as a file that is made while it is being sent: the next page is read when the reader has
 * taken the one before, so its size matters to nobody. That it was taken is audited first.
 */
export async function exportCalls({ format, ...filter }: LogExportQuery, caller: Caller): Promise<Response> {
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  await recordAct({
    actor: caller.actor,
    action: "export",
    target: { type: "call", id: null, name: null },
    after: { format, filter: given },
  });
  const { mediaType, head, line } = formats[format];
  const pages = allCalls(filter);
  const encoder = new TextEncoder();
  let sent = head === "";
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        if (!sent) {
          sent = true;
          controller.enqueue(encoder.encode(head));
          return;
        }
        const page = await pages.next();
        if (page.done) controller.close();
        else controller.enqueue(encoder.encode(page.value.map(line).join("")));
      } catch (error) {
        // The status is sent already: a file that breaks off is the only way left to say so.
        logger().error({ err: error }, "an export of the call log broke off");
        controller.error(error);
      }
    },
    cancel: async () => {
      await pages.return();
    },
  });
  return new Response(stream, {
    headers: {
      "content-type": mediaType,
      "content-disposition": `attachment; filename="sluice-calls-${fileTime(new Date())}.${format}"`,
    },
  });
}
