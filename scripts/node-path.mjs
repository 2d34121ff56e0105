// Prints the absolute path of the Node the product runs on. Plain JavaScript: any Node from 18 can run this file.
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const neededMajor = 24;

/** True when the file runs here (the packaged binaries need glibc) and is new enough. */
function isNewEnough(file) {
  const { stdout } = spawnSync(file, ["--version"], { encoding: "utf8" });
  return Number(/^v(\d+)\./.exec(stdout ?? "")?.[1] ?? 0) >= neededMajor;
}

/**
 * The running Node when it is new enough, else the one that came with the packages.
 * @returns {string | null} absolute path, or null when there is none
 */
export function findNode() {
  if (Number(process.versions.node.split(".")[0]) >= neededMajor && existsSync(process.execPath))
    return process.execPath;
  const packaged = path.join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  return existsSync(packaged) && isNewEnough(packaged) ? packaged : null;
}

export const nodeTooOld = `Sluice needs Node ${neededMajor} or newer; this is ${process.version}, and the packages bring no newer one for ${process.platform}-${process.arch}. Install Node ${neededMajor} from https://nodejs.org and try again.`;

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const node = findNode();
  if (node) {
    console.log(node);
  } else {
    console.error(nodeTooOld);
    process.exit(1);
  }
}
