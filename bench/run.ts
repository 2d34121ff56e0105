/**
 * Measures the product in its shipped form, everything on, against a bare proxy, and prints one table. The contestants
 * take turns in every round so that a busy machine is unfair to all alike; medians of the rounds are shown.
 *
 *   npm run bench                        both doors, about four minutes
 *   BENCH_SECONDS=5 BENCH_ROUNDS=5 …     longer, steadier
 *   SLUICE_DOORS=node …                  without the Next door (which needs a build)
 *
 * The load generator, the upstream and the contestant share the machine. Where cores are few, throughput flatters
 * whoever is slower, because the others then take less; CPU per request does not, so it is in the table as well. The
 * Next door is compared with the same reference proxy as the Node door; a proxy-only Next application is not part of
 * this run.
 */
import { availableParallelism } from "node:os";
import { createRoute } from "../e2e/support/routes.ts";
import { doors, type Sluice, startSluice } from "../e2e/support/start-sluice.ts";
import { cpuTimeUs, formatTable, median, quantile } from "./figures.ts";
import { forkHere, type LoadResult, nextMessage, runLoad } from "./load-client.ts";

const seconds = Number(process.env["BENCH_SECONDS"] ?? 1);
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 3);

type Contestant = { name: string; port: number; path: string; key: string; model: string; cpuUs: () => number };
type Mode = { name: string; stream: boolean; connections: number; promptBytes: number };
type Figures = {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  firstToken50Ms: number;
  firstToken99Ms: number;
  cpuUs: number;
};

const modes: Mode[] = [
  { name: "answer, 32 connections", stream: false, connections: 32, promptBytes: 200 },
  { name: "stream of 100 events, 32 connections", stream: true, connections: 32, promptBytes: 200 },
  { name: "answer, 1 connection", stream: false, connections: 1, promptBytes: 200 },
  { name: "answer to a 1 MB prompt, 4 connections", stream: false, connections: 4, promptBytes: 1_000_000 },
];

function requestBody(mode: Mode, model: string): string {
  const content = "Tell me about rivers and locks. ".repeat(Math.ceil(mode.promptBytes / 32));
  return JSON.stringify({ model, messages: [{ role: "user", content }], ...(mode.stream && { stream: true }) });
}

async function measure(contestant: Contestant, mode: Mode, runSeconds: number): Promise<Figures> {
  const cpuBefore = contestant.cpuUs();
  const result: LoadResult = await runLoad(generator, {
    port: contestant.port,
    path: contestant.path,
    key: contestant.key,
    body: requestBody(mode, contestant.model),
    stream: mode.stream,
    connections: mode.connections,
    seconds: runSeconds,
  });
  return {
    perSecond: result.completed / result.seconds,
    p50Ms: quantile(result.latenciesMs, 0.5),
    p99Ms: quantile(result.latenciesMs, 0.99),
    firstToken50Ms: quantile(result.firstTokensMs, 0.5),
    firstToken99Ms: quantile(result.firstTokensMs, 0.99),
    cpuUs: (contestant.cpuUs() - cpuBefore) / result.completed,
  };
}

const warmAnswers = 10_000;
const warmSeconds = 10;

/** What is measured is compiled by then: on a busy machine that takes answers, not seconds. */
async function warmUp(contestant: Contestant, mode: Mode): Promise<void> {
  const endsAt = performance.now() + warmSeconds * 1000;
  for (let answers = 0; answers < warmAnswers && performance.now() < endsAt; ) {
    const { perSecond } = await measure(contestant, mode, 1);
    answers += perSecond;
  }
}

/** The median of each figure over the rounds. */
function medianFigures(all: readonly Figures[]): Figures {
  const of = (figure: keyof Figures) => median(all.map((one) => one[figure]));
  return {
    perSecond: of("perSecond"),
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    firstToken50Ms: of("firstToken50Ms"),
    firstToken99Ms: of("firstToken99Ms"),
    cpuUs: of("cpuUs"),
  };
}

function tableOf(mode: Mode, results: Map<string, Figures>): string {
  const reference = results.get("reference proxy") as Figures;
  const added = (value: number, base: number) => (Number.isNaN(value) ? "–" : `${(value - base).toFixed(2)}`);
  const header = [
    mode.name,
    "requests/s",
    "÷ reference",
    "p50 ms",
    "p99 ms",
    "added p50",
    "added p99",
    "CPU µs/request",
    "CPU ÷ ref.",
  ];
  const rows = [...results].map(([name, figures]) => {
    const isYardstick = name === "canned upstream";
    return [
      name,
      figures.perSecond.toFixed(0),
      isYardstick ? "–" : (figures.perSecond / reference.perSecond).toFixed(2),
      figures.p50Ms.toFixed(2),
      figures.p99Ms.toFixed(2),
      isYardstick ? "–" : added(figures.p50Ms, reference.p50Ms),
      isYardstick ? "–" : added(figures.p99Ms, reference.p99Ms),
      isYardstick ? "–" : figures.cpuUs.toFixed(0),
      isYardstick ? "–" : (figures.cpuUs / reference.cpuUs).toFixed(2),
      ...(mode.stream
        ? [
            figures.firstToken99Ms.toFixed(2),
            isYardstick ? "–" : added(figures.firstToken99Ms, reference.firstToken99Ms),
          ]
        : []),
    ];
  });
  return formatTable([mode.stream ? [...header, "first token p99", "added"] : header, ...rows]);
}

const upstream = forkHere("./upstream.ts");
const { port: upstreamPort } = await nextMessage<{ port: number }>(upstream);
const upstreamOrigin = `http://127.0.0.1:${upstreamPort}`;
const reference = forkHere("./reference-proxy.ts", [upstreamOrigin]);
const { port: referencePort } = await nextMessage<{ port: number }>(reference);
const generator = forkHere("./load.ts");
const sluices: Sluice[] = [];

try {
  const chatPath = "/v1/chat/completions";
  const cpuOf = (pid: number | undefined) => () => cpuTimeUs(pid ?? 0);
  const contestants: Contestant[] = [
    {
      name: "canned upstream",
      port: upstreamPort,
      path: chatPath,
      key: "none",
      model: "scripted-model",
      cpuUs: cpuOf(upstream.pid),
    },
    {
      name: "reference proxy",
      port: referencePort,
      path: chatPath,
      key: "none",
      model: "scripted-model",
      cpuUs: cpuOf(reference.pid),
    },
  ];
  for (const door of doors) {
    const sluice = await startSluice({ door });
    sluices.push(sluice);
    const route = await createRoute(sluice.admin, [{ origin: upstreamOrigin }]);
    contestants.push({
      name: door === "node" ? "Sluice, Node door" : "Sluice, Next door",
      port: Number(new URL(sluice.baseUrl).port),
      path: chatPath,
      key: route.key,
      model: route.model,
      cpuUs: () => cpuTimeUs(sluice.pid, true),
    });
  }

  console.log(
    `Node ${process.version}, ${availableParallelism()} cores, ${rounds} rounds of ${seconds} s; medians of the rounds\n`,
  );
  for (const mode of modes) {
    for (const contestant of contestants) await warmUp(contestant, mode);
    const all = new Map<string, Figures[]>(contestants.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      // Another order each round: nobody always runs behind the same neighbour.
      for (let turn = 0; turn < contestants.length; turn++) {
        const contestant = contestants[(turn + round) % contestants.length] as Contestant;
        all.get(contestant.name)?.push(await measure(contestant, mode, seconds));
      }
    }
    console.log(`${tableOf(mode, new Map([...all].map(([name, figures]) => [name, medianFigures(figures)])))}\n`);
  }
} finally {
  for (const sluice of sluices) await sluice.dispose();
  for (const child of [generator, reference, upstream]) child.kill();
}
