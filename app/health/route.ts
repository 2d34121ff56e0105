import { healthAnswer } from "@/lib/server/health-answers";

export const dynamic = "force-dynamic";

export const GET = (): Response => Response.json(healthAnswer(), { headers: { "cache-control": "no-store" } });
