import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EnvironmentError, parseEnvironment, variableNames } from "./env.ts";

const parse = (source: Record<string, string | undefined>) => parseEnvironment(source, "/srv/sluice");

function problemsOf(source: Record<string, string | undefined>): string[] {
  try {
    parse(source);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

describe("parseEnvironment", () => {
  it("needs nothing: an empty environment gives the documented defaults", () => {
    expect(parse({})).toEqual({
      port: 3000,
      host: null,
      databasePath: "/srv/sluice/data/sluice.db",
      dataDir: "/srv/sluice/data",
      encryptionKey: null,
      admin: null,
      adminApiToken: null,
      adminStatsOpen: false,
      nextauthUrl: null,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      logLevel: "info",
      logFile: null,
      clientAuth: "required",
      egressAllowPrivate: true,
      egressAllow: [],
      trustedProxies: [],
      demo: true,
      drainSeconds: 30,
      priceCatalogue: null,
      providerFile: { path: "/srv/sluice/config/provider.json", named: false },
      warnings: [],
    });
  });

  it("treats an empty value as absent", () => {
    expect(parse({ PORT: "", HOST: " ", ADMIN_PASSWORD: "" })).toEqual(parse({}));
  });

  it("lists every problem in one message", () => {
    const problems = problemsOf({ PORT: "70000", TZ: "Mars/Olympus", LOG_LEVEL: "loud", DEMO: "maybe" });
    expect(problems).toHaveLength(4);
    expect(new EnvironmentError(problems).message.split("\n")).toHaveLength(5);
    for (const name of ["PORT", "TZ", "LOG_LEVEL", "DEMO"]) {
      expect(problems.some((problem) => problem.startsWith(`${name} `))).toBe(true);
    }
  });

  it("never repeats a secret", () => {
    const secrets = {
      ENCRYPTION_KEY: "hunter2-encryption",
      ADMIN_PASSWORD: "hunter2",
      ADMIN_API_TOKEN: "hunter2",
      DATABASE_URL: "postgresql://app:hunter2@db/sluice",
      NEXTAUTH_URL: "https://me:hunter2@example.org",
    };
    const problems = problemsOf(secrets);
    expect(problems.length).toBeGreaterThanOrEqual(5);
    expect(problems.join("\n")).not.toContain("hunter2");
  });

  it("says that PostgreSQL is not supported yet", () => {
    expect(problemsOf({ DATABASE_URL: "postgres://db/sluice" })).toEqual([expect.stringContaining("SQLite only")]);
  });

  it.each([
    ["file:./data/other.db", "/srv/sluice/data/other.db"],
    ["file:other.db", "/srv/sluice/other.db"],
    ["file:/var/lib/sluice.db", "/var/lib/sluice.db"],
    ["file:///var/lib/sluice.db?connection_limit=1", "/var/lib/sluice.db"],
    ["sqlite:////var/lib/sluice.db", "/var/lib/sluice.db"],
    ["sqlite+aiosqlite:///sluice.db", "/srv/sluice/sluice.db"],
  ])("reads %s as %s, with the data beside it", (url, expected) => {
    const environment = parse({ DATABASE_URL: url });
    expect(environment.databasePath).toBe(expected);
    expect(environment.dataDir).toBe(expected.slice(0, expected.lastIndexOf("/")));
  });

  it("N29: takes the spelling of NiceAPI's .env", () => {
    expect(parse({ DATABASE_URL: "sqlite:///./api_server.db" }).databasePath).toBe("/srv/sluice/api_server.db");
  });

  it("N33, C6: refuses NiceAPI's default account and says what to do, also outside of production", () => {
    for (const NODE_ENV of ["production", "development"])
      expect(problemsOf({ NODE_ENV, ADMIN_USERNAME: "admin", ADMIN_PASSWORD: "password" })).toEqual([
        expect.stringMatching(/^ADMIN_PASSWORD is one of the first anybody would try; .*set-up code/),
      ]);
  });

  it.each(["sqlite://", "sqlite:///:memory:", "file:", "file::memory:", "file://host/x.db"])(
    "refuses the database %s",
    (url) => {
      expect(problemsOf({ DATABASE_URL: url })).toEqual([expect.stringMatching(/^DATABASE_URL /)]);
    },
  );

  it("takes DATABASE_PATH when DATABASE_URL is absent, and DATA_DIR apart from it", () => {
    expect(parse({ DATABASE_PATH: "a/b.db", DATA_DIR: "/journal" })).toMatchObject({
      databasePath: "/srv/sluice/a/b.db",
      dataDir: "/journal",
    });
    expect(parse({ DATABASE_PATH: "a/b.db", DATABASE_URL: "file:c.db" }).databasePath).toBe("/srv/sluice/c.db");
  });

  it("finds a price catalogue beside the product when its path is relative", () => {
    expect(parse({ PROVIDER_FILE: "my.json" }).providerFile).toEqual({ path: "/srv/sluice/my.json", named: true });
    expect(parse({ PRICE_CATALOGUE: "config/prices.json" }).priceCatalogue).toBe("/srv/sluice/config/prices.json");
    expect(parse({ PRICE_CATALOGUE: "/etc/prices.json" }).priceCatalogue).toBe("/etc/prices.json");
  });

  it("reads a 32-byte key in hexadecimal and base64 and nothing else", () => {
    const key = Buffer.from("0123456789abcdef0123456789abcdef");
    for (const spelling of [key.toString("hex"), key.toString("base64"), key.toString("base64url")]) {
      expect(Buffer.from(parse({ ENCRYPTION_KEY: spelling }).encryptionKey ?? [])).toEqual(key);
    }
    expect(problemsOf({ ENCRYPTION_KEY: "short" })).toHaveLength(1);
    expect(problemsOf({ ENCRYPTION_KEY: key.toString() })).toHaveLength(1);
  });

  it("wants user name and password together, and refuses passwords from sample files", () => {
    expect(parse({ ADMIN_USERNAME: "ada", ADMIN_PASSWORD: "correct horse" }).admin).toEqual({
      username: "ada",
      password: "correct horse",
    });
    expect(problemsOf({ ADMIN_USERNAME: "ada" })).toHaveLength(1);
    expect(problemsOf({ ADMIN_PASSWORD: "correct horse" })).toHaveLength(1);
    expect(problemsOf({ ADMIN_USERNAME: "admin", ADMIN_PASSWORD: "password" })).toHaveLength(1);
    expect(problemsOf({ ADMIN_USERNAME: "charlotte", ADMIN_PASSWORD: "Charlotte" })).toHaveLength(1);
  });

  it("lets clients in without a key only on loopback or when confirmed", () => {
    expect(problemsOf({ CLIENT_AUTH: "off" })).toHaveLength(1);
    expect(problemsOf({ CLIENT_AUTH: "off", HOST: "0.0.0.0" })).toHaveLength(1);
    for (const host of ["127.0.0.1", "localhost", "::1", "[::1]"]) {
      expect(parse({ CLIENT_AUTH: "off", HOST: host }).clientAuth).toBe("off");
    }
    expect(parse({ CLIENT_AUTH: "off", CLIENT_AUTH_CONFIRM: "1" }).clientAuth).toBe("off");
  });

  it("knows the upper-case log levels of other gateways", () => {
    expect(parse({ LOG_LEVEL: "WARNING" }).logLevel).toBe("warn");
    expect(parse({ LOG_LEVEL: "DEBUG" }).logLevel).toBe("debug");
  });

  it("reads egress exceptions with their port and refuses one without", () => {
    expect(
      parse({ EGRESS_ALLOW_PRIVATE: "false", EGRESS_ALLOW: "10.0.0.0/8:8080, ollama.lan:11434 [fd00::/8]:443" }),
    ).toMatchObject({
      egressAllowPrivate: false,
      egressAllow: [
        { host: "10.0.0.0/8", port: 8080 },
        { host: "ollama.lan", port: 11434 },
        { host: "fd00::/8", port: 443 },
      ],
    });
    for (const entry of ["10.0.0.0/8", "10.0.0.0/40:80", "host:0", "host:99999", "ho st:", "name/8:80"]) {
      expect(problemsOf({ EGRESS_ALLOW: entry }).length, entry).toBeGreaterThan(0);
    }
  });

  it("reads the proxies that are trusted and refuses what is no address", () => {
    expect(parse({ TRUSTED_PROXIES: "10.0.0.0/8, 192.0.2.7 2001:DB8::/32" }).trustedProxies).toEqual([
      "10.0.0.0/8",
      "192.0.2.7",
      "2001:db8::/32",
    ]);
    for (const entry of ["10.0.0.0/33", "proxy.lan", "10.0.0.0/8/8", "::/129", "10.0.0.1:80"])
      expect(problemsOf({ TRUSTED_PROXIES: entry }), entry).toEqual([expect.stringContaining("TRUSTED_PROXIES")]);
  });

  it("warns about what it does not act on instead of staying silent", () => {
    expect(parse({ REDIS_URL: "redis://:hunter2@cache" }).warnings).toEqual([expect.stringContaining("REDIS_URL")]);
    expect(parse({ REDIS_URL: "redis://:hunter2@cache" }).warnings.join()).not.toContain("hunter2");
  });

  it("reads exactly the variables that the README's table explains", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const explained = [...readme.matchAll(/^\| `([A-Z_]+)`/gm)].map((row) => row[1]);
    expect(explained.sort()).toEqual([...variableNames].sort());
  });
});
