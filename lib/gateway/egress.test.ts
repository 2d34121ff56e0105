import { describe, expect, it } from "vitest";
import { isSluiceError } from "../errors.ts";
import { checkUpstreamUrl, type EgressPolicy, forbiddenAddress } from "./egress.ts";

const open: EgressPolicy = { allowPrivate: true, allow: [], ownPort: 3000 };
const closed: EgressPolicy = { allowPrivate: false, allow: [], ownPort: 3000 };

/** The fixed reason a URL is refused for, or null. */
function refusal(url: string, policy: EgressPolicy): string | null {
  try {
    checkUpstreamUrl(url, policy);
    return null;
  } catch (error) {
    if (!isSluiceError(error) || error.code !== "egress_denied") throw error;
    expect(error).toMatchObject({ status: 400, param: "baseUrl" });
    return (error.details as { reason: string }).reason;
  }
}

const loopbackForms = [
  "127.0.0.1",
  "127.1",
  "127.0.1",
  "0x7f.1",
  "0x7f000001",
  "0x7F.0x0.0x0.0x1",
  "2130706433",
  "0177.0.0.1",
  "017700000001",
  "127.0.0.1.",
  "１２７.０.０.１",
  "①②⑦.0.0.1",
  "127。0。0。1",
  "127.255.255.254",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::127.0.0.1]",
  "[::ffff:0:127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b::127.0.0.1]",
  "[64:ff9b:1::7f00:1]",
  "[2002:7f00:1::]",
  "[2001:0:0:0:0:0:80ff:fffe]",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "foo.localhost",
  "a.b.localhost.",
  "%6c%6f%63alhost",
  "ｌｏｃａｌｈｏｓｔ",
];
const privateForms = [
  "10.0.0.1",
  "10.255.255.255",
  "0xa.1",
  "167772161",
  "012.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.0.1",
  "192.168.257",
  "0xc0a80001",
  "100.64.0.1",
  "198.18.0.1",
  "240.0.0.1",
  "[fc00::1]",
  "[fd12:3456::1]",
  "[fec0::1]",
  "[::ffff:10.0.0.1]",
  "[::ffff:c0a8:1]",
  "[64:ff9b::a00:1]",
  "[2002:c0a8:101::1]",
];
const neverForms = [
  "169.254.169.254",
  "169.254.1.1",
  "0xa9fea9fe",
  "2852039166",
  "0251.0376.0251.0376",
  "169.254.43518",
  "[::ffff:169.254.169.254]",
  "[::ffff:a9fe:a9fe]",
  "[64:ff9b::a9fe:a9fe]",
  "[2002:a9fe:a9fe::]",
  "[::a9fe:a9fe]",
  "[fe80::1]",
  "[febf::1]",
  "[fd00:ec2::254]",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  "metadata.google.internal",
  "METADATA.google.internal.",
  "metadata.goog",
  "metadata",
  "instance-data",
  "0.0.0.0",
  "0",
  "0.1.2.3",
  "[::]",
  "255.255.255.255",
  "224.0.0.1",
  "[ff02::1]",
];
const publicForms = [
  "api.openai.com",
  "8.8.8.8",
  "1.1.1.1",
  "[2606:4700:4700::1111]",
  "172.32.0.1",
  "11.0.0.1",
  "localhost.example.com",
];

describe("addresses of upstreams", () => {
  it.each(loopbackForms)("that mean this machine are allowed or refused by policy, however written: %s", (host) => {
    expect(refusal(`http://${host}:8080/v1`, open)).toBeNull();
    expect(refusal(`http://${host}:8080/v1`, closed)).toBe("private address");
  });

  it.each(loopbackForms)("that mean this gateway itself are always refused, however written: %s", (host) => {
    expect(refusal(`http://${host}:3000/v1`, open)).toBe("this gateway itself");
    expect(refusal(`http://${host}:3000/v1`, { ...closed, allow: [{ host: "127.0.0.1", port: 3000 }] })).toBe(
      "this gateway itself",
    );
  });

  it.each(privateForms)("in private networks are allowed or refused by policy: %s", (host) => {
    expect(refusal(`http://${host}/v1`, open)).toBeNull();
    expect(refusal(`http://${host}/v1`, closed)).toBe("private address");
  });

  it.each(neverForms)("that are link-local, metadata or no address of a host are refused always: %s", (host) => {
    const listed = [
      { host: host.toLowerCase(), port: 80 },
      { host: "0.0.0.0/0", port: 80 },
      { host: "::/0", port: 80 },
    ];
    for (const policy of [open, closed, { ...open, allow: listed }])
      expect(refusal(`http://${host}/v1`, policy)).toBe("link-local or metadata address");
  });

  it.each(publicForms)("that are public are allowed: %s", (host) => {
    for (const policy of [open, closed]) expect(refusal(`https://${host}/v1`, policy)).toBeNull();
  });

  it.each([
    "file:///etc/passwd",
    "gopher://x/",
    "data:text/plain,x",
    "ftp://x/",
    "ws://x/",
    "unix:/run/x",
    "javascript:1",
    "http://user@api.openai.com/",
    "http://user:pass@api.openai.com/",
    "http://:pass@api.openai.com/",
    "http://",
    "http://[::1",
    "http://[fe80::1%25eth0]/",
    "http://a%00b/",
    "http://1.2.3.4.5/",
    "http://256.1.1.1/",
    "//api.openai.com/",
    "api.openai.com",
    "",
  ])("that no HTTP client should be given are refused: %s", (url) => {
    expect(refusal(url, open)).not.toBeNull();
  });

  it.each([
    ["http://api.openai.com#@127.0.0.1/", null],
    ["http://api.openai.com\\@127.0.0.1/", null],
    ["http://127.0.0.1#@api.openai.com/", "private address"],
    ["http://127.0.0.1\\@api.openai.com/", "private address"],
    ["http://127.0.0.1?@api.openai.com/", "private address"],
  ])("are read as the client will read them: %s", (url, reason) => {
    expect(refusal(url, closed)).toBe(reason);
  });

  it.each([22, 25, 6379, 5432])("on port %i are refused unless that host and port are listed", (port) => {
    expect(refusal(`http://api.openai.com:${port}/`, open)).toBe(`port ${port} is never an upstream`);
    expect(
      refusal(`http://api.openai.com:${port}/`, { ...open, allow: [{ host: "api.openai.com", port }] }),
    ).toBeNull();
  });

  it("may be listed one by one: by name, by address, by network, each with its port", () => {
    for (const host of ["127.0.0.1", "127.0.0.0/8", "localhost"]) {
      const policy = { ...closed, allow: [{ host, port: 8080 }] };
      expect(refusal("http://localhost:8080/", policy)).toBeNull();
      expect(refusal("http://localhost:8081/", policy)).toBe("private address");
    }
  });
});

describe("the address that is dialled", () => {
  it("is judged whatever its name was", () => {
    expect(forbiddenAddress("10.0.0.1", 443, closed, "rebound.example.com")).toBe("private address");
    expect(forbiddenAddress("169.254.169.254", 80, open, "rebound.example.com")).toBe("link-local or metadata address");
    expect(forbiddenAddress("127.0.0.1", 3000, open, "rebound.example.com")).toBe("this gateway itself");
    expect(forbiddenAddress("not an address", 80, open)).toBe("not an address");
    expect(forbiddenAddress("93.184.216.34", 443, closed, "example.com")).toBeNull();
  });

  it("is allowed where its name is listed", () => {
    const policy = { ...closed, allow: [{ host: "ollama.lan", port: 11_434 }] };
    expect(forbiddenAddress("192.168.1.5", 11_434, policy, "OLLAMA.lan")).toBeNull();
    expect(forbiddenAddress("192.168.1.5", 11_435, policy, "ollama.lan")).toBe("private address");
  });
});
