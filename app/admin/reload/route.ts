import { operationsRoute } from "@/lib/server/operations-route";
import { reloadAnswer } from "@/lib/server/reload-answer";

export const dynamic = "force-dynamic";

/** Reads the configuration again. */
export const POST = operationsRoute("write", reloadAnswer);
