import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { forwardedHeaders } from "./console-front.ts";

const from = (remoteAddress: string, headers: Record<string, string>) =>
  forwardedHeaders({
    headers: { host: "gateway.example", ...headers },
    socket: { remoteAddress },
  } as unknown as IncomingMessage);

const claims = {
  "x-forwarded-for": "9.9.9.9",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "public.example",
};

describe("what a client claims about itself", () => {
  it.each(["203.0.113.7", "2001:db9::1", "::ffff:203.0.113.7"])(
    "does not count when it comes from outside: %s",
    (peer) => {
      const headers = from(peer, {
        ...claims,
        forwarded: "for=9.9.9.9",
        "x-real-ip": "9.9.9.9",
        "x-forwarded-port": "443",
      });
      expect(headers["x-forwarded-for"]).toBe(peer);
      expect(headers["x-forwarded-proto"]).toBe("http");
      expect(headers["x-forwarded-host"]).toBe("gateway.example");
      for (const name of ["forwarded", "x-real-ip", "x-forwarded-port"]) expect(headers[name]).toBeUndefined();
    },
  );

  it.each(["127.0.0.1", "::1", "10.1.2.3", "::ffff:192.168.1.2", "fd00::5", "100.64.1.1"])(
    "counts when a proxy nearby says so, whose own address is added: %s",
    (peer) => {
      expect(from(peer, claims)).toMatchObject({ ...claims, "x-forwarded-for": `9.9.9.9, ${peer}` });
    },
  );

  it("is filled in where a proxy nearby says nothing", () => {
    expect(from("127.0.0.1", {})).toMatchObject({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "gateway.example",
    });
  });
});

describe("headers of one connection", () => {
  it("stay on it, those that `connection` names too, but never what frames the body", () => {
    const headers = from("127.0.0.1", {
      connection: "keep-alive, x-secret-hop, content-length, host",
      "keep-alive": "timeout=5",
      te: "trailers",
      upgrade: "websocket",
      "proxy-connection": "keep-alive",
      "x-secret-hop": "1",
      "content-length": "5",
      "x-stays": "1",
    });
    for (const name of ["connection", "keep-alive", "te", "upgrade", "proxy-connection", "x-secret-hop"])
      expect(headers[name]).toBeUndefined();
    expect(headers).toMatchObject({ "content-length": "5", "x-stays": "1", host: "gateway.example" });
  });
});
