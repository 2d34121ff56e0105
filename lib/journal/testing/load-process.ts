import { writeSync } from "node:fs";
import { prepareStorage } from "../../db/prepare.ts";
import { newId } from "../../id.ts";
import { openJournal } from "../journal.ts";
import { callBegin, callRecord } from "./records.ts";

/**
 * A gateway in miniature, for being killed: calls begin, take a moment and finish, many at a time, and each id is
 * printed once its record is acknowledged. `B` lines name calls whose beginning is certainly in the journal.
 */
const [folder = ""] = process.argv.slice(2);
prepareStorage({ databaseUrl: `${folder}/sluice.db`, dataDir: folder, masterKeyFromEnvironment: null });
const journal = await openJournal({
  dataDir: folder,
  databaseUrl: `${folder}/sluice.db`,
  writer: { segmentBytes: 200_000 },
});
const say = (text: string) => writeSync(1, `${text}\n`);
say(`ready ${journal.interrupted}`);

async function callAfterCall(): Promise<void> {
  for (let i = 0; ; i++) {
    const id = newId("call");
    journal.begin(callBegin(id));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    if (i % 10 === 0) say(`B ${id}`);
    await journal.finish(callRecord(id, { charges: [{ counter: "key/key_1/total", start: 0, amount: 3 }] }));
    say(`F ${id}`);
  }
}
for (let lane = 0; lane < 20; lane++) void callAfterCall();
