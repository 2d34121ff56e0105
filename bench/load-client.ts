import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What the load generator does: POST `body` to a port of 127.0.0.1 again and again. */
export type LoadJob = {
  port: number;
  path: string;
  key: string;
  body: string;
  stream: boolean;
  connections: number;
  seconds: number;
};

export type LoadResult = {
  seconds: number;
  completed: number;
  failed: number;
  firstFailure: string | null;
  latenciesMs: number[];
  /** From the request to the first piece of text, streams only. */
  firstTokensMs: number[];
};

/** Forks a TypeScript file of this folder. */
export function forkHere(file: string, args: string[] = []): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, { serialization: "advanced" });
}

/** The next message of a child; fails when it ends first. */
export function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`${child.spawnfile} ended with ${code}`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message as Message);
    });
  });
}

export async function runLoad(generator: ChildProcess, job: LoadJob): Promise<LoadResult> {
  const answer = nextMessage<LoadResult>(generator);
  generator.send(job);
  const result = await answer;
  if (result.failed > 0)
    throw new Error(
      `${result.failed} of ${result.completed + result.failed} requests failed, the first with:\n${result.firstFailure}`,
    );
  return result;
}
