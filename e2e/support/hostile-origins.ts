import { connect as connectTcp, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Worker } from "node:worker_threads";
import type { Certificate } from "./certificates.ts";

type Origin = { origin: string; close(): Promise<void> };

/** An https origin that shows `certificate` and passes what it decrypts on to the port of a plain one. */
export async function tlsFront(port: number, { keyPem, certPem }: Certificate): Promise<Origin> {
  const open = new Set<Socket>();
  const server = createTlsServer({ key: keyPem, cert: certPem }, (secure) => {
    const plain = connectTcp(port, "127.0.0.1");
    for (const socket of [secure, plain]) {
      open.add(socket);
      socket.on("error", () => {}).on("close", () => open.delete(socket));
    }
    secure.pipe(plain).pipe(secure);
  });
  // A client that does not trust us breaks the handshake off, which is what is tested.
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    origin: `https://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** Listens and never accepts: a thread that sleeps from then on. */
const deafServer = `
  const { createServer } = require("node:net");
  const { parentPort } = require("node:worker_threads");
  const server = createServer();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    const nothing = new Int32Array(new SharedArrayBuffer(4));
    setTimeout(() => { for (;;) Atomics.wait(nothing, 0, 0, 50); }, 20);
  });
`;

/** An origin whose SYNs are never answered: the queue of a server that does not accept is full. */
export async function blackHole(): Promise<Origin> {
  const worker = new Worker(deafServer, { eval: true });
  const port = await new Promise<number>((resolve) => worker.once("message", resolve));
  await new Promise((resolve) => setTimeout(resolve, 60));
  const fillers: Socket[] = [];
  for (let connected = true; connected; ) {
    if (fillers.length > 50) throw new Error("the queue of the server that does not accept never filled");
    const filler = connectTcp(port, "127.0.0.1");
    filler.on("error", () => {});
    fillers.push(filler);
    connected = await new Promise<boolean>((resolve) => {
      filler.once("connect", () => resolve(true));
      setTimeout(() => resolve(false), 250);
    });
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}
