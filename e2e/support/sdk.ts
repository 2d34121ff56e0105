import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import type { DoorTest } from "./each-door.ts";

/** The official SDKs as an application would set them up, but without their own retries. */
export function clientOf(door: DoorTest, key: string, prefix = "/v1"): OpenAI {
  return new OpenAI({ apiKey: key, baseURL: `${door.sluice.baseUrl}${prefix}`, maxRetries: 0 });
}

export function anthropicOf(door: DoorTest, key: string): Anthropic {
  return new Anthropic({ apiKey: key, baseURL: door.sluice.baseUrl, maxRetries: 0 });
}

export function genaiOf(door: DoorTest, key: string): GoogleGenAI {
  return new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: door.sluice.baseUrl } });
}

/** Vercel's AI SDK: its models of OpenAI's two formats and of Anthropic's. */
export function vercelOf(door: DoorTest, key: string) {
  const baseURL = `${door.sluice.baseUrl}/v1`;
  const openai = createOpenAI({ apiKey: key, baseURL });
  const anthropic = createAnthropic({ apiKey: key, baseURL });
  return { chat: openai.chat, responses: openai.responses, messages: anthropic };
}

type ErrorClass<E> = abstract new (...args: never[]) => E;

/** The error of this class that some work ends with. Any other one is thrown. */
export async function thrownAs<E>(kind: ErrorClass<E>, work: () => Promise<unknown>): Promise<E> {
  try {
    await work();
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** OpenAI's API error that some work ends with. */
export const thrownBy = (work: () => Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> =>
  thrownAs(OpenAI.APIError, work);
