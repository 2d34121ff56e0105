import { prepareStorage } from "../prepare.ts";

/** Prepares the storage in the folder given, says how that went in one line, and holds it until it is killed. */
const [folder = ""] = process.argv.slice(2);
try {
  const { migrated } = prepareStorage({
    databaseUrl: `${folder}/sluice.db`,
    dataDir: folder,
    masterKeyFromEnvironment: null,
  });
  process.stdout.write(`ready ${migrated.join(",")}\n`);
  setInterval(() => {}, 1000);
} catch (error) {
  process.stdout.write(`${error instanceof Error && "code" in error ? String(error.code) : String(error)}\n`);
  process.exit(78);
}
