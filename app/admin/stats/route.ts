import { operationsRoute } from "@/lib/server/operations-route";
import { control } from "@/lib/server/runtime";

export const dynamic = "force-dynamic";

/** By group and provider: requests and tokens of the current period, when it began, and the limits. */
export const GET = operationsRoute("read", async () => Response.json(await control().groupStats()));
