import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const fromRoot = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const alias = {
  "@": fromRoot("."),
  // The package refuses to load outside a React server bundle; a test is neither side.
  "server-only": fromRoot("./node_modules/server-only/empty.js"),
};

export default defineConfig({
  test: {
    // Each project tries once more: sockets, clocks and processes on a busy machine. `npm test` names whoever needed it.
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          environment: "node",
          retry: 1,
          include: ["*.test.ts", "{lib,scripts,components,app,bench,messages}/**/*.test.{ts,tsx}"],
        },
      },
      {
        resolve: { alias },
        test: {
          name: "conformance",
          environment: "node",
          include: ["e2e/conformance/**/*.test.ts"],
          // Each file starts a server of its own; two at a time would measure each other.
          fileParallelism: false,
          retry: 1,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
