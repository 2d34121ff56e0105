import { afterAll, afterEach, beforeAll, describe } from "vitest";
import {
  type Script,
  type ScriptedUpstream,
  startScriptedUpstream,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import { createRoute, type Route, type RouteMember } from "./routes.ts";
import { type Door, doors, freePort, type Sluice, startSluice } from "./start-sluice.ts";

/** What a test of one door works with. */
export type DoorTest = {
  door: Door;
  readonly sluice: Sluice;
  /** A scripted upstream that ends with the test. */
  upstream(...scripts: Script[]): Promise<ScriptedUpstream>;
  /** An origin where nobody listens. */
  closedOrigin(): Promise<string>;
  route(members: (RouteMember | { origin: string })[], options?: Parameters<typeof createRoute>[2]): Promise<Route>;
  /** POST to the chat route. `body` gets the route's model unless it names one. */
  chat(route: Pick<Route, "model" | "key">, body?: Record<string, unknown>, init?: ChatInit): Promise<Response>;
  /** POST of JSON to any path below the prefix. `body` gets the route's model unless it names one. */
  post(route: Pick<Route, "model" | "key">, path: string, body?: Record<string, unknown>): Promise<Response>;
  /** Any request below the prefix, with the route's key. */
  send(route: Pick<Route, "key">, path: string, init?: RequestInit): Promise<Response>;
};

export type ChatInit = { headers?: Record<string, string>; signal?: AbortSignal; prefix?: string };

const messages = [{ role: "user", content: "Say hello." }];

/** The same tests against a process of each door, started once for the file, with `env` beside its own. */
export function onEachDoor(tests: (door: DoorTest) => void, env: Record<string, string> = {}): void {
  for (const door of doors) {
    describe(`${door} door`, () => {
      let sluice: Sluice | undefined;
      const upstreams: ScriptedUpstream[] = [];
      beforeAll(async () => {
        sluice = await startSluice({ door, env });
      });
      afterAll(() => sluice?.dispose());
      afterEach(async () => {
        await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
      });
      const running = () => {
        if (!sluice) throw new Error("the server did not start");
        return sluice;
      };
      const send: DoorTest["send"] = (route, path, { headers, ...init } = {}) =>
        fetch(`${running().baseUrl}/v1${path}`, {
          ...init,
          headers: { authorization: `Bearer ${route.key}`, ...(headers as Record<string, string>) },
        });
      tests({
        door,
        send,
        post: (route, path, body = {}) =>
          send(route, path, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ model: route.model, ...body }),
          }),
        get sluice() {
          return running();
        },
        async upstream(...scripts) {
          const upstream = await startScriptedUpstream();
          upstreams.push(upstream);
          const [first, ...rest] = scripts;
          if (first) upstream.respond(first, ...rest);
          return upstream;
        },
        closedOrigin: async () => `http://127.0.0.1:${await freePort()}`,
        route: (members, options) => createRoute(running().admin, members, options),
        chat: (route, body = {}, { headers, signal, prefix = "/v1" } = {}) =>
          fetch(`${running().baseUrl}${prefix}/chat/completions`, {
            method: "POST",
            headers: { "content-type": "application/json", authorization: `Bearer ${route.key}`, ...headers },
            body: JSON.stringify({ model: route.model, messages, ...body }),
            ...(signal && { signal }),
          }),
      });
    });
  }
}
