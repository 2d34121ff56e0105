import { metricsRoute } from "@/lib/server/metrics-route";

export const dynamic = "force-dynamic";

/** For whoever is not on this machine; there the data plane answers by itself. */
export const GET = metricsRoute;
