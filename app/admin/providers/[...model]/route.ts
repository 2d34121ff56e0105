import { decodeOnce } from "@/lib/gateway/client-path";
import { operationsRoute } from "@/lib/server/operations-route";
import { control } from "@/lib/server/runtime";

export const dynamic = "force-dynamic";

const before = "/admin/providers/";

/** The providers of a group and whether each can take a call. Names may hold slashes. */
export const GET = operationsRoute("read", async (request) => {
  const { pathname } = new URL(request.url);
  const model = decodeOnce(pathname.slice(pathname.indexOf(before) + before.length));
  const providers = await control().groupProviders({ model });
  return providers === null ? Response.json({ error: "Model not found" }, { status: 404 }) : Response.json(providers);
});
