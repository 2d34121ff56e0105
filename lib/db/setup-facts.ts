import { outcomes } from "../gateway/types.ts";
import { db } from "./client.ts";

/** Facts about what was set up. None is a stored click: each is there or not. */
export type SetupFacts = {
  owner: boolean;
  demo: boolean;
  demoCall: boolean;
  provider: { id: string } | null;
  /** A group with a member that is not of the demo. */
  group: { name: string } | null;
  key: boolean;
  realCall: boolean;
};

/** Calls a provider answered. */
const answered = outcomes.filter((outcome) => outcome === "ok" || outcome === "rescued");

/** Each fact is one look-up. Days are kept for ever, so calls that retention took still count. */
export async function readSetupFacts(): Promise<SetupFacts> {
  const notDemo = { deployment: { provider: { protocol: { not: "demo" } } } };
  const ofReal = { group: { members: { some: notDemo } } };
  const callOf = (demo: boolean) =>
    db().usageDay.findFirst({ where: { demo, outcome: { in: answered } }, select: { day: true } });
  const [owner, demo, demoCall, provider, group, key, realCall] = await Promise.all([
    db().user.findFirst({ where: { role: "owner" }, select: { id: true } }),
    db().provider.findFirst({ where: { protocol: "demo" }, select: { id: true } }),
    callOf(true),
    db().provider.findFirst({
      where: { protocol: { not: "demo" } },
      orderBy: { createdAt: "asc" },
      select: { id: true },
    }),
    db().group.findFirst({
      where: { members: { some: notDemo } },
      orderBy: { createdAt: "asc" },
      select: { name: true },
    }),
    db().apiKey.findFirst({
      where: { deletedAt: null, OR: [{ allGroups: true }, { groups: { some: ofReal } }] },
      select: { id: true },
    }),
    callOf(false),
  ]);
  return {
    owner: owner !== null,
    demo: demo !== null,
    demoCall: demoCall !== null,
    ...{ provider, group },
    key: key !== null,
    realCall: realCall !== null,
  };
}
