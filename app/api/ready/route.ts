import { control } from "@/lib/server/runtime";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  const status = await control().status();
  return Response.json(status, { status: status.ready ? 200 : 503, headers: { "cache-control": "no-store" } });
}
