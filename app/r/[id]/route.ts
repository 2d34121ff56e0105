import { redirect } from "next/navigation";
import { requireSession } from "@/lib/server/session";

/**
 * The short address of a call, by call id or request id, as it stands in error bodies and logs: to its page, by way of
 * signing in where that is needed.
 */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<never> {
  const path = `/logs/${encodeURIComponent((await params).id)}`;
  await requireSession(path);
  redirect(path);
}
