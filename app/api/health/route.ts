import { apiHealthAnswer } from "@/lib/server/health-answers";

export const dynamic = "force-dynamic";

export const GET = (): Response => Response.json(apiHealthAnswer(), { headers: { "cache-control": "no-store" } });
