/** Once per Next process. Under server.ts the runtime is there already; alone, Next builds the gateway itself. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startStandalone } = await import("./lib/server/standalone");
  await startStandalone();
}
