import OpenAI from "openai";
import type { DoorTest } from "./each-door.ts";

/** The official SDK as an application would set it up, but without its own retries. */
export function clientOf(door: DoorTest, key: string, prefix = "/v1"): OpenAI {
  return new OpenAI({ apiKey: key, baseURL: `${door.sluice.baseUrl}${prefix}`, maxRetries: 0 });
}

/** The API error some work ends with. */
export async function thrownBy(work: () => Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  try {
    await work();
  } catch (error) {
    if (error instanceof OpenAI.APIError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
