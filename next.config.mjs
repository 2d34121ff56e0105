import createNextIntlPlugin from "next-intl/plugin";

const withNextIntl = createNextIntlPlugin("./lib/i18n/request.ts");

/** What every answer of the console carries. The page's own policy (with its nonce) is added in proxy.ts. */
const securityHeaders = [
  { key: "x-content-type-options", value: "nosniff" },
  { key: "x-frame-options", value: "DENY" },
  { key: "referrer-policy", value: "no-referrer" },
  { key: "cross-origin-opener-policy", value: "same-origin" },
  { key: "cross-origin-resource-policy", value: "same-origin" },
  { key: "permissions-policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
];

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  // Compression here would hold back streams; a proxy in front may compress pages.
  compress: false,
  // `npm test` checks the types of everything; a build is for running, and must not wait for a test file.
  typescript: { ignoreBuildErrors: true },
  reactStrictMode: true,
  typedRoutes: false,
  // Messages are read on the server (lib/i18n/messages.ts), so browsers are sent no parser for them.
  turbopack: { resolveAlias: { "use-intl/format-message": "use-intl/format-message/format-only" } },
  serverExternalPackages: [
    "better-sqlite3",
    "@prisma/client",
    "@prisma/adapter-better-sqlite3",
    "pino",
    "undici",
    "re2js",
  ],
  // The data plane answers on /v1 and /v1beta too.
  rewrites: async () => [
    { source: "/v1", destination: "/api/v1" },
    { source: "/v1/:path*", destination: "/api/v1/:path*" },
    { source: "/v1beta/:path*", destination: "/api/v1beta/:path*" },
  ],
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
};

export default withNextIntl(config);
