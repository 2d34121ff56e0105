import packageJson from "../../package.json" with { type: "json" };

/** `GET /health`: this process answers. Whether it takes calls is what `/api/ready` says. */
export function healthAnswer(): { status: "healthy"; version: string } {
  return { status: "healthy", version: packageJson.version };
}

/** `GET /api/health`: the same for clients of API Proxy. */
export function apiHealthAnswer(): { success: true; message: string; timestamp: string } {
  return { success: true, message: "Sluice is healthy", timestamp: new Date().toISOString() };
}
