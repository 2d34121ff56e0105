import { readSetupFacts, type SetupFacts } from "../db/setup-facts.ts";
import { type SetupProgress, type SetupStep, setupSteps } from "../schemas/setup-progress.ts";

/** How far the instance is set up. */
export async function setupProgress(): Promise<SetupProgress> {
  return setupProgressOf(await readSetupFacts());
}

/** The steps that follow from the facts. */
export function setupProgressOf(facts: SetupFacts): SetupProgress {
  const done: Record<SetupStep, boolean> = {
    owner: facts.owner,
    demoCall: facts.demoCall,
    provider: facts.provider !== null,
    group: facts.group !== null,
    key: facts.key,
    realCall: facts.realCall,
  };
  const named = facts.group === null ? "" : `group=${encodeURIComponent(facts.group.name)}`;
  const href: Record<SetupStep, string> = {
    owner: "/settings/security",
    demoCall: "/?send=1",
    provider: "/providers/import?preset=openai",
    group: "/groups?new=true",
    key: ["/keys?new=true", named && `for=${encodeURIComponent(facts.group?.name ?? "")}`].filter(Boolean).join("&"),
    realCall: ["/quickstart", named].filter(Boolean).join("?"),
  };
  const steps = setupSteps
    .filter((step) => step !== "demoCall" || facts.demo || facts.demoCall)
    .map((step) => ({ step, done: done[step], href: href[step] }));
  const count = steps.filter((one) => one.done).length;
  return { steps, done: count, total: steps.length, finished: count === steps.length, demo: facts.demo };
}
