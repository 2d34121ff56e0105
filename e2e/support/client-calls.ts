import type { DoorTest } from "./each-door.ts";

export type Asked = { key?: string; headers?: Record<string, string>; body?: unknown; method?: string };

/** A request to any path of the server: JSON with POST where there is a body, else GET. */
export function ask(door: Pick<DoorTest, "sluice">, path: string, options: Asked = {}): Promise<Response> {
  const { key, headers = {}, body, method = body === undefined ? "GET" : "POST" } = options;
  return fetch(`${door.sluice.baseUrl}${path}`, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && !(body instanceof FormData) && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
  });
}

/** The same, with status and JSON. */
export async function asked(
  door: Pick<DoorTest, "sluice">,
  path: string,
  options: Asked = {},
): Promise<{ status: number; headers: Headers; json: Record<string, unknown> & { error?: Record<string, unknown> } }> {
  const response = await ask(door, path, options);
  return { status: response.status, headers: response.headers, json: (await response.json()) as never };
}
