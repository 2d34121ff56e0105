/** The yardstick: node:http in, undici `dispatch` out, bytes through, no features at all. */
import { createServer } from "node:http";
import { Agent } from "undici";

const origin = process.argv[2] as string;
const agent = new Agent({ connections: 256, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    agent.dispatch(
      {
        origin,
        path: request.url as string,
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer upstream" },
        body: Buffer.concat(parts),
      },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode, headers) {
          const length = headers["content-length"];
          response.writeHead(statusCode, {
            "content-type": headers["content-type"] as string,
            ...(typeof length === "string" && { "content-length": length }),
          });
        },
        onResponseData(_controller, chunk) {
          response.write(chunk);
        },
        onResponseEnd() {
          response.end();
        },
        onResponseError(_controller, error) {
          console.error(error);
          response.destroy();
        },
      },
    );
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.({ port: address.port });
});
process.on("disconnect", () => process.exit());
