import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const root = path.resolve(import.meta.dirname, "..");
const read = (name: string) => readFileSync(path.join(root, name), "utf8");

/** The instructions of a Dockerfile, continued lines joined, comments gone. */
function instructions(text: string): { name: string; rest: string }[] {
  return text
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", rest = ""] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return { name, rest };
    });
}

describe("the container image", () => {
  const all = instructions(read("deploy/Dockerfile"));
  const stages = all.filter(({ name }) => name === "FROM").length;
  const last = all.slice(all.findLastIndex(({ name }) => name === "FROM"));
  const only = (name: string) => last.filter((one) => one.name === name).map(({ rest }) => rest);
  const copied = only("COPY").flatMap((rest) =>
    rest
      .split(/\s+/)
      .filter((word) => word.startsWith("/app/"))
      .map((word) => word.slice("/app/".length)),
  );

  test("P14: is built in two stages, on the Node that Sluice runs on, with nothing that a start would download", () => {
    expect(all.every(({ name }) => name !== "")).toBe(true);
    expect(stages).toBe(2);
    for (const { rest } of all.filter(({ name }) => name === "FROM")) expect(rest).toMatch(/^node:24-/);
    expect(only("CMD")).toEqual(['["node", "server.ts"]']);
    expect(only("RUN").join()).not.toMatch(/npm|curl|apt/);
  });

  test("holds every file and folder of ours that the server loads", () => {
    const built = ["node_modules", ".next"];
    for (const name of copied) if (!built.includes(name)) expect(existsSync(path.join(root, name)), name).toBe(true);
    // What is imported from outside `lib` by what runs: the entry itself, the texts, the migrations.
    for (const name of ["server.ts", "lib", "messages", "prisma", "package.json", "next.config.mjs", ...built])
      expect(copied).toContain(name);
    const reads = spawnSync(
      "git",
      ["grep", "-hoE", 'from "(\\.\\./)+(app|components|scripts|e2e|bench)/', "--", "lib"],
      {
        cwd: root,
        encoding: "utf8",
      },
    );
    expect(reads.stdout.split("\n").filter((line) => line !== "" && !line.includes("e2e"))).toEqual([]);
  });

  test("does not run as root, and only its data and logs can be written", () => {
    expect(only("USER")).toEqual(["node"]);
    expect(only("RUN")).toEqual(["mkdir -p data config logs && chown node:node data logs"]);
    expect(last.findIndex(({ name }) => name === "USER")).toBeGreaterThan(
      last.findLastIndex(({ name }) => name === "COPY"),
    );
  });

  test("G11, G32, P25: says that it is well by what the gateway itself answers on /api/health", () => {
    const [check = ""] = only("HEALTHCHECK");
    expect(check).toContain("--interval=30s");
    expect(check).toContain("--timeout=10s");
    expect(check).toContain("--retries=3");
    expect(check).toContain("/api/health");
    const [, command = "[]"] = /CMD (\[.*\])$/.exec(check) ?? [];
    const [program, flag, code = ""] = JSON.parse(command) as string[];
    expect([program, flag]).toEqual(["node", "-e"]);
    // Nobody listens on this port, so the check itself must run, and say so.
    const tried = spawnSync(process.execPath, ["-e", code], { env: { NODE_ENV: "production", PORT: "1" } });
    expect(tried.status).toBe(1);
    expect(tried.stderr.toString()).toBe("");
  });

  test("leaves secrets, data and what is only for development out of what is sent to the builder", () => {
    const ignored = read(".dockerignore").split("\n");
    for (const name of [".env", ".env.*", "data", "config", ".git", "node_modules", "e2e"])
      expect(ignored).toContain(name);
    for (const name of ["messages", "prisma", "scripts", "lib", "app"]) expect(ignored).not.toContain(name);
  });
});

describe("the Compose file", () => {
  type Service = {
    build: { context: string; dockerfile: string };
    ports: string[];
    volumes: string[];
    restart: string;
    environment: Record<string, string>;
    read_only: boolean;
    stop_grace_period: string;
    logging: { options: Record<string, string> };
  };
  const { services, volumes } = parse(read("deploy/compose.yaml"), { strict: true }) as {
    services: Record<string, Service>;
    volumes: Record<string, unknown>;
  };
  const sluice = services.sluice as Service;

  test("G15, G32, P9, P15, P34, S67, C4, C23: one service, one command, restarted unless stopped", () => {
    expect(Object.keys(services)).toEqual(["sluice"]);
    expect(existsSync(path.join(root, "deploy", sluice.build.context, sluice.build.dockerfile))).toBe(true);
    expect(sluice.ports).toEqual(["3000:3000"]);
    expect(sluice.restart).toBe("unless-stopped");
  });

  test("G17, G32, P33: data outlives the container, the mounted configuration is read-only, the image too", () => {
    expect(sluice.volumes).toEqual(["data:/app/data", "../config:/app/config:ro"]);
    expect(Object.keys(volumes)).toEqual(["data"]);
    expect(sluice.read_only).toBe(true);
  });

  test("G29, G30: time zone and log level come from the environment", () => {
    expect(sluice.environment.TZ).toMatch(/^\$\{TZ:-UTC\}$/);
    expect(sluice.environment.LOG_LEVEL).toMatch(/^\$\{LOG_LEVEL:-info\}$/);
  });

  test("G35: logs are turned over and do not fill the disk", () => {
    expect(sluice.logging.options).toEqual({ "max-size": "20m", "max-file": "7" });
  });

  test("waits longer for a stop than open answers may take", () => {
    expect(Number.parseInt(sluice.stop_grace_period, 10)).toBeGreaterThan(30);
  });
});

describe("without a container", () => {
  test("P35, P36: PM2 starts one process by the command of the README and waits for open answers", () => {
    const { apps } = createRequire(import.meta.url)(path.join(root, "deploy/ecosystem.config.cjs")) as {
      apps: { cwd: string; script: string; args: string; instances: number; kill_timeout: number }[];
    };
    const [app] = apps;
    expect(apps).toHaveLength(1);
    expect(app).toMatchObject({ cwd: root, script: "npm", args: "start", instances: 1 });
    expect(app?.kill_timeout).toBeGreaterThan(30_000);
  });

  test("P35: the systemd unit sends SIGTERM first, waits for open answers and may write its data only", () => {
    const unit = read("deploy/sluice.service");
    expect(unit).toMatch(/^KillSignal=SIGTERM$/m);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(30);
    expect(unit).toMatch(/^ProtectSystem=strict$/m);
    expect(unit).toMatch(/^StateDirectory=sluice$/m);
    expect(unit).toMatch(/^RestartPreventExitStatus=78$/m);
  });

  test("G34, G41, P33: nginx passes streams and uploads on as they come, and waits as long as a provider may think", () => {
    const nginx = read("deploy/nginx.conf");
    for (const line of [
      "proxy_buffering off;",
      "proxy_request_buffering off;",
      "proxy_http_version 1.1;",
      "proxy_set_header Host $host;",
      "proxy_set_header X-Real-IP $remote_addr;",
      "client_max_body_size 128m;",
      "listen 443 ssl;",
    ])
      expect(nginx).toContain(line);
    expect(Number(/proxy_read_timeout (\d+)s;/.exec(nginx)?.[1])).toBeGreaterThanOrEqual(300);
    expect(nginx.split("{").length).toBe(nginx.split("}").length);
  });

  test("G35: logrotate keeps seven days, compressed", () => {
    const rules = read("deploy/logrotate.conf");
    for (const rule of ["daily", "rotate 7", "compress", "missingok", "notifempty"])
      expect(rules).toMatch(new RegExp(`^ +${rule}$`, "m"));
  });
});
