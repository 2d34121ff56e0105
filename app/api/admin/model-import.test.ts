import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GET as listAudit } from "@/app/api/admin/audit/route";
import { PATCH as patchDeployment } from "@/app/api/admin/deployments/[id]/route";
import { PATCH as patchGroup, GET as readGroup } from "@/app/api/admin/groups/[id]/route";
import { POST as addGroup, GET as listGroups } from "@/app/api/admin/groups/route";
import { GET as readImport } from "@/app/api/admin/imports/[id]/route";
import { POST as undo } from "@/app/api/admin/imports/[id]/undo/route";
import { GET as listImports } from "@/app/api/admin/imports/route";
import { POST as startImport } from "@/app/api/admin/providers/[id]/import/route";
import {
  DELETE as deleteProvider,
  PATCH as patchProvider,
  GET as readProvider,
} from "@/app/api/admin/providers/[id]/route";
import { POST as dismiss } from "@/app/api/admin/providers/[id]/sync/dismiss/route";
import { POST as look, PATCH as patchSync, GET as readSync } from "@/app/api/admin/providers/[id]/sync/route";
import { POST as addProvider } from "@/app/api/admin/providers/route";
import { GET as suggestions } from "@/app/api/admin/suggestions/route";
import { db } from "@/lib/db/client";
import { pruneImportJobs } from "@/lib/db/import-jobs";
import { SluiceError } from "@/lib/errors";
import type { DeploymentView } from "@/lib/schemas/deployments";
import { recoverImportJobs } from "@/lib/server/import-jobs";
import { lookAtDueLists } from "@/lib/server/model-sync";
import { type AdminHarness, listOf, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
let id: string;

beforeEach(async () => {
  admin = await startAdmin();
  const body = {
    name: "router",
    protocol: "openai",
    baseUrl: "https://router.example/v1",
    apiKey: "sk-not-a-real-one",
  };
  id = (await admin.send(addProvider, { method: "POST", body })).body.id;
});
afterEach(() => admin.close());

const list = (...ids: string[]) => {
  admin.control.listModels = async () => listOf(...ids);
};
const post = (body: object) => admin.send(startImport, { method: "POST", id, body });
const deployments = async (): Promise<DeploymentView[]> => (await admin.send(readProvider, { id })).body.deployments;
const groups = async () => (await admin.send(listGroups)).body.items;

/** Runs an import to its end. */
async function imported(body: object) {
  const { status, body: job } = await post(body);
  expect(status, JSON.stringify(job)).toBe(202);
  return await ended(job.id);
}

async function ended(jobId: string) {
  for (let tries = 0; tries < 500; tries += 1) {
    const { body } = await admin.send(readImport, { id: jobId });
    if (body.state !== "queued" && body.state !== "running") return body;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("the import did not end");
}

/** The list, and before it arrives what somebody else does; after that, the list at once. */
function slowly(ids: string[], meanwhile: () => Promise<unknown>): void {
  admin.control.listModels = async () => {
    list(...ids);
    await meanwhile();
    return listOf(...ids);
  };
}
const moved = { baseUrl: "https://other.example/v1", apiKey: "sk-another-one" };

const undone = (jobId: string) => admin.send(undo, { method: "POST", id: jobId, body: {} });

describe("an import", () => {
  it("runs as a job, says what became of each model, and is in effect when it is done", async () => {
    list("gpt-4o", "gpt-4o-mini", "claude");
    const before = admin.control.reloads;
    const { status, body: queued } = await post({ include: ["gpt"], exclude: ["mini"], alias: "{provider}.{last}" });
    expect(status).toBe(202);
    expect(queued).toMatchObject({ kind: "import", provider: { id, name: "router" }, undoneAt: null });
    const job = await ended(queued.id);
    expect(job).toMatchObject({
      state: "done",
      counts: { listed: 3, added: 1, updated: 0, disabled: 0, vanished: 0, unchanged: 0 },
      outcomes: [{ model: "gpt-4o", name: "router.gpt-4o", outcome: "added" }],
      error: null,
    });
    expect(admin.control.reloads).toBe(before + 1);
    expect(await deployments()).toMatchObject([{ name: "router.gpt-4o", model: "gpt-4o", inputPrice: "2.5" }]);
    expect((await admin.send(listImports, { query: `?providerId=${id}` })).body.items).toMatchObject([
      { id: job.id, state: "done" },
    ]);
  });

  it("tells its plan and changes nothing as a dry run", async () => {
    list("gpt-4o");
    const { status, body } = await post({ dryRun: true });
    expect([status, body.added.length, body.added[0].priceSource]).toEqual([200, 1, "name"]);
    expect(await deployments()).toEqual([]);
    expect((await admin.send(listImports)).body.items).toEqual([]);
  });

  it("has nothing to do a second time", async () => {
    list("gpt-4o", "o3");
    await imported({ groups: { mode: "each" } });
    const before = [await deployments(), await groups()];
    const again = await imported({ groups: { mode: "each" }, update: "all", disable: "all" });
    expect(again).toMatchObject({ state: "done", counts: { added: 0, updated: 0, unchanged: 2 }, undoUntil: null });
    expect([await deployments(), await groups()]).toEqual(before);
  });

  it("applies nothing of itself where one name is taken, and lists every problem", async () => {
    list("gpt-4o-2024-08-06", "gpt-4o-2024-05-13", "o3");
    const job = await imported({ alias: "{alias}", groups: { mode: "each" } });
    expect(job).toMatchObject({
      ...{ state: "failed", error: { code: "conflict" }, counts: null, undoUntil: null },
      problems: [{ code: "name_twice", name: "gpt-4o" }],
    });
    expect([await deployments(), await groups()]).toEqual([[], []]);
    expect((await undone(job.id)).status).toBe(409);
  });

  it("fails with the provider's own fault", async () => {
    admin.control.listModels = async () => {
      throw new SluiceError("upstream_auth_failed", "The provider refused the credential (HTTP 401).");
    };
    expect(await imported({})).toMatchObject({ state: "failed", error: { code: "upstream_auth_failed" } });
    expect((await post({ dryRun: true })).status).toBe(502);
  });

  it("puts what it adds into one group behind those that are there", async () => {
    list("a");
    await imported({ groups: { mode: "one", name: "chat", priority: 2 } });
    list("a", "b", "c");
    await imported({ groups: { mode: "one", name: "chat", priority: 3, weight: 5 } });
    const [chat] = await groups();
    expect(chat).toMatchObject({ name: "chat", version: 2 });
    expect(
      chat.members.map((one: { priority: number; weight: number; deployment: { name: string } }) => [
        ...[one.deployment.name, one.priority, one.weight],
      ]),
    ).toEqual([
      ["a", 2, 1],
      ["b", 3, 5],
      ["c", 3, 5],
    ]);
  });

  it("takes changed prices and switches off what has vanished only where that is asked for", async () => {
    list("gpt-4o", "old");
    await imported({ prices: "none" });
    list("gpt-4o");
    const only = await imported({ models: [] });
    expect(only).toMatchObject({ counts: { added: 0, updated: 0, disabled: 0, vanished: 1 } });
    expect((await deployments()).map(({ enabled, inputPrice }) => [enabled, inputPrice])).toEqual([
      [true, null],
      [true, null],
    ]);
    const [gpt, old] = await deployments();
    const job = await imported({ update: [gpt?.id], disable: [old?.id] });
    expect(job).toMatchObject({ counts: { updated: 1, disabled: 1 } });
    expect((await deployments()).map(({ enabled, inputPrice }) => [enabled, inputPrice])).toEqual([
      [true, "2.5"],
      [false, null],
    ]);
    await undone(job.id);
    expect((await deployments()).map(({ enabled, inputPrice }) => [enabled, inputPrice])).toEqual([
      [true, null],
      [true, null],
    ]);
  });

  it("of two thousand models is stored in seconds, with a group for each", async () => {
    list(...Array.from({ length: 2000 }, (_, at) => `model-${at}`));
    const began = performance.now();
    const job = await imported({ groups: { mode: "each" } });
    expect(job.counts.added).toBe(2000);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect((await undone(job.id)).body).toMatchObject({ state: "undone", left: [] });
    expect([await deployments(), await groups()]).toEqual([[], []]);
  }, 30_000);

  it("is audited with what it added", async () => {
    list("a");
    const job = await imported({});
    const { items } = (await admin.send(listAudit, { query: "?action=import" })).body;
    expect(items).toMatchObject([
      { target: { type: "provider", id, name: "router" }, after: { job: job.id, added: ["a"] } },
    ]);
    await undone(job.id);
    expect((await admin.send(listAudit, { query: "?action=undo_import" })).body.items).toHaveLength(1);
  });

  it("that ended with its process is said to have changed nothing", async () => {
    list("a");
    const job = await imported({});
    await db().importJob.update({ where: { id: job.id }, data: { state: "running" } });
    await recoverImportJobs();
    expect((await admin.send(readImport, { id: job.id })).body).toMatchObject({
      ...{ state: "failed", error: { code: "interrupted" } },
    });
  });

  it.each([
    [{ alias: "{nobody}" }, "alias"],
    [{ alias: "" }, "alias"],
    [{ include: [""] }, "include[0]"],
    [{ edits: [{ model: "a", inputPrice: "-1" }] }, "edits[0].inputPrice"],
    [{ groups: { mode: "one" } }, "groups.name"],
    [{ groups: { mode: "one", name: "two words" } }, "groups.name"],
    [{ prices: "guess" }, "prices"],
    [{ surprise: 1 }, "surprise"],
  ])("is refused with %j, naming the field", async (body, param) => {
    const answer = await post(body);
    expect([answer.status, answer.body.error?.param]).toEqual([400, param]);
  });

  it("needs the permission to write, and a provider", async () => {
    list("a");
    const as = await admin.session("analyst");
    expect((await admin.send(startImport, { method: "POST", id, body: {}, as })).status).toBe(403);
    expect((await admin.send(startImport, { method: "POST", id: "prv_none", body: {} })).status).toBe(404);
  });
});

describe("undoing an import", () => {
  it("takes back what it added, with its groups, once", async () => {
    list("a", "b");
    const job = await imported({ groups: { mode: "each" } });
    const { status, body } = await undone(job.id);
    expect([status, body.state, body.left, body.undoUntil]).toEqual([200, "undone", [], null]);
    expect([await deployments(), await groups()]).toEqual([[], []]);
    expect((await undone(job.id)).body.error).toMatchObject({ code: "conflict" });
  });

  it("leaves what somebody changed or used since, and names it", async () => {
    list("a", "b", "c", "d");
    const job = await imported({ groups: { mode: "one", name: "chat" } });
    const [a, b, c] = await deployments();
    await admin.send(patchDeployment, { method: "PATCH", id: a?.id ?? "", body: { inputPrice: "1" } });
    const members = [{ deploymentId: b?.id }];
    await admin.send(addGroup, { method: "POST", body: { name: "other", members } });
    const { body } = await undone(job.id);
    expect(body.left).toEqual([
      { kind: "deployment", name: "a", reason: "changed" },
      { kind: "deployment", name: "b", reason: "in_use" },
      { kind: "group", name: "chat", reason: "in_use" },
    ]);
    expect((await deployments()).map(({ name }) => name)).toEqual(["a", "b"]);
    expect(c?.name).toBe("c");
  });

  it("leaves a group it made once that has another name or place for its members", async () => {
    list("a", "b");
    const job = await imported({ groups: { mode: "each" } });
    const [first, second] = await groups();
    await admin.send(patchGroup, { method: "PATCH", id: first.id, body: { name: "renamed" } });
    const moved = [{ deploymentId: second.members[0].deploymentId, priority: 7 }];
    await admin.send(patchGroup, { method: "PATCH", id: second.id, body: { members: moved } });
    const { body } = await undone(job.id);
    expect(body.left).toEqual([
      { kind: "deployment", name: "b", reason: "in_use" },
      { kind: "group", name: "b", reason: "changed" },
      { kind: "group", name: "renamed", reason: "changed" },
    ]);
    expect((await admin.send(readGroup, { id: second.id })).body.members).toHaveLength(1);
  });

  it("does not put back a price that somebody set since", async () => {
    list("gpt-4o");
    await imported({ prices: "none" });
    const job = await imported({ update: "all" });
    const [gpt] = await deployments();
    await admin.send(patchDeployment, { method: "PATCH", id: gpt?.id ?? "", body: { inputPrice: "7" } });
    expect((await undone(job.id)).body.left).toEqual([{ kind: "deployment", name: "gpt-4o", reason: "changed" }]);
    expect((await deployments())[0]?.inputPrice).toBe("7");
  });

  it("is over once its time is over", async () => {
    list("a");
    const job = await imported({});
    await pruneImportJobs(Date.parse(job.undoUntil) + 1, 0);
    expect((await admin.send(readImport, { id: job.id })).body.undoUntil).toBeNull();
    expect((await undone(job.id)).status).toBe(409);
  });

  it("does nothing to what went with its provider", async () => {
    list("a");
    const job = await imported({});
    await admin.send(deleteProvider, { method: "DELETE", id });
    expect((await undone(job.id)).body).toMatchObject({ state: "undone", left: [] });
  });
});

describe("an import of a provider that moves meanwhile", () => {
  it("takes nothing of the list over, which is another provider's", async () => {
    slowly(["a"], () => admin.send(patchProvider, { method: "PATCH", id, body: moved }));
    expect(await imported({})).toMatchObject({ state: "failed", error: { code: "conflict" } });
    expect(await deployments()).toEqual([]);
    expect((await imported({})).state).toBe("done");
  });
});

describe("looking at a list again", () => {
  const schedule = (body: object) => admin.send(patchSync, { method: "PATCH", id, body });
  const lookNow = () => admin.send(look, { method: "POST", id, body: {} });
  const dueNow = () => db().modelSync.updateMany({ data: { nextAt: new Date(Date.now() - 1000) } });

  it("happens on its schedule, tells what is new and what is gone, and does nothing of it", async () => {
    list("a", "b", "never-chosen");
    await imported({ models: ["a", "b"] });
    const { body } = await schedule({ cron: "0 3 * * *" });
    expect(body).toMatchObject({ cron: "0 3 * * *", timeZone: "UTC", suggestions: [] });
    expect(new Date(body.nextAt).getUTCHours()).toBe(3);

    list("a", "never-chosen", "new");
    await lookAtDueLists(Date.now());
    expect((await admin.send(readSync, { id })).body.suggestions).toEqual([]);
    await dueNow();
    await lookAtDueLists(Date.now());
    const { body: told } = await admin.send(readSync, { id });
    expect(told.suggestions).toMatchObject([
      { kind: "added", model: "new" },
      { kind: "vanished", model: "b" },
    ]);
    expect(Date.parse(told.nextAt)).toBeGreaterThan(Date.now());
    expect((await admin.send(suggestions)).body.items).toEqual([
      { providerId: id, added: 1, changed: 0, vanished: 1, error: false },
    ]);
    expect((await deployments()).map(({ name, enabled }) => [name, enabled])).toEqual([
      ["a", true],
      ["b", true],
    ]);
  });

  it("tells a price that changed, until it is dismissed, and again when it changes once more", async () => {
    list("a");
    await imported({});
    const priced = (inputPrice: string) => {
      const { models, ...rest } = listOf("a");
      const none = { outputPrice: null, cachedInputPrice: null, cacheWritePrice: null, callPrice: null };
      admin.control.listModels = async () => ({
        ...{ ...rest, models: models.map((model) => ({ ...model, prices: { ...none, inputPrice } })) },
      });
    };
    priced("1");
    const { body } = await lookNow();
    expect(body.suggestions).toMatchObject([
      { kind: "changed", changes: [{ field: "inputPrice", before: null, after: "1" }] },
    ]);
    const marks = body.suggestions.map(({ mark }: { mark: string }) => mark);
    expect((await admin.send(dismiss, { method: "POST", id, body: { marks } })).body.suggestions).toEqual([]);
    expect((await lookNow()).body.suggestions).toEqual([]);
    priced("2");
    expect((await lookNow()).body.suggestions).toHaveLength(1);
  });

  it("forgets what an import has done or shown", async () => {
    list("a");
    await imported({});
    list("a", "b", "c");
    expect((await lookNow()).body.suggestions).toHaveLength(2);
    await imported({ models: ["b"] });
    expect((await admin.send(readSync, { id })).body.suggestions).toEqual([]);
    expect((await lookNow()).body.suggestions).toEqual([]);
  });

  it("that fails says why and keeps what was told before", async () => {
    list("a");
    await imported({});
    list("a", "b");
    await schedule({ cron: "0 3 * * *" });
    await lookNow();
    admin.control.listModels = async () => {
      throw new SluiceError("upstream_error", "The provider answered HTTP 500.");
    };
    expect((await lookNow()).status).toBe(502);
    await dueNow();
    await lookAtDueLists(Date.now());
    expect((await admin.send(readSync, { id })).body).toMatchObject({
      ...{ error: "The provider answered HTTP 500.", suggestions: [{ model: "b" }] },
    });
    expect((await admin.send(suggestions)).body.items).toMatchObject([{ providerId: id, error: true }]);
  });

  it("keeps what somebody did while the list was on its way", async () => {
    list("a");
    await imported({});
    list("a", "b", "c");
    await schedule({ cron: "0 3 * * *" });
    const { body } = await lookNow();
    const { mark } = body.suggestions[0];
    slowly(["a", "b", "c"], async () => {
      await admin.send(dismiss, { method: "POST", id, body: { marks: [mark] } });
      await schedule({ cron: "30 4 * * *" });
    });
    const { body: told } = await lookNow();
    expect(told.suggestions).toMatchObject([{ model: "c" }]);
    expect(new Date(told.nextAt).getUTCMinutes()).toBe(30);

    slowly(["a", "b", "c"], async () => void (await imported({ models: ["c"] })));
    await lookNow();
    expect((await lookNow()).body.suggestions).toEqual([]);
  });

  it("ends quietly where its provider went or moved meanwhile", async () => {
    list("a");
    slowly(["a"], () => admin.send(patchProvider, { method: "PATCH", id, body: moved }));
    expect((await lookNow()).status).toBe(409);
    slowly(["a"], () => admin.send(deleteProvider, { method: "DELETE", id }));
    expect((await lookNow()).status).toBe(404);
  });

  it("refuses a schedule that is none", async () => {
    expect((await schedule({ cron: "every day" })).body.error.param).toBe("cron");
    expect((await schedule({ cron: null })).body).toMatchObject({ cron: null, nextAt: null });
  });
});
