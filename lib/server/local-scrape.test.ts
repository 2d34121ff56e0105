import { expect, it } from "vitest";
import { isLocalScrape } from "./local-scrape.ts";

type Request = Parameters<typeof isLocalScrape>[0];
const request = (remoteAddress: string | undefined, headers: Request["headers"]): Request =>
  ({ socket: { remoteAddress }, headers }) as Request;

it.each([
  ["127.0.0.1", "localhost:3000"],
  ["::1", "[::1]:3000"],
  ["::ffff:127.0.0.1", "127.0.0.1"],
])("a program on this machine reads the figures (%s, %s)", (address, host) => {
  expect(isLocalScrape(request(address, { host }))).toBe(true);
});

it.each([
  ["another machine", "192.168.1.7", { host: "localhost:3000" }],
  ["whoever a proxy on this machine speaks for", "127.0.0.1", { host: "localhost:3000", "x-forwarded-for": "8.8.8.8" }],
  ["a proxy that says less", "127.0.0.1", { host: "localhost:3000", via: "1.1 nginx" }],
  ["a web page whose name has this address", "127.0.0.1", { host: "evil.example:3000" }],
  ["nobody in particular", undefined, { host: "localhost:3000" }],
  ["a request without a host", "127.0.0.1", {}],
])("%s does not", (_who, address, headers) => {
  expect(isLocalScrape(request(address, headers))).toBe(false);
});
