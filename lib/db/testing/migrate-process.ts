import { migrate, readMigrations } from "../migrate.ts";

/**
 * Applies the shipped migrations and then many more that each take a while, and prints the name of each that is done;
 * for being killed in the middle, and for racing a second one.
 */
const [path = ""] = process.argv.slice(2);
const slow =
  "CREATE TABLE t_N AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) SELECT x FROM n;";
const more = Array.from({ length: 20 }, (_, i) => ({
  name: `${String(i + 2).padStart(4, "0")}_more`,
  sql: `${slow.replace("N", String(i))} CREATE INDEX i_${i} ON t_${i} (x); INSERT INTO "Meta" VALUES ('t_${i}', 'done');`,
  checksum: `checksum ${i}`,
}));
process.stdout.write("begun\n");
process.stdout.write(`${migrate(path, [...readMigrations(), ...more]).length}\n`);
