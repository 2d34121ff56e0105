import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

export type Certificate = { certPem: string; keyPem: string; name: string; key: KeyObject };

const dayMs = 86_400_000;

/** One element of ASN.1 in DER (X.690): its tag, the length of its content, its content. */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents: Buffer[]) => der(0x30, ...contents);
const octets = (content: Buffer) => der(0x04, content);
const truth = Buffer.of(0x01, 0x01, 0xff);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
const distinguished = (name: string) => sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(name)))));
const moment = (at: number) =>
  der(0x17, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replaceAll(/[-:T]/g, "")}Z`));

/** Names a certificate is for: of a host, or an IPv4 address (RFC 5280, subjectAltName). */
function alternativeNames(hosts: string[]): Buffer {
  return sequence(
    ...hosts.map((host) =>
      /^[\d.]+$/.test(host) ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host)),
    ),
  );
}

/**
 * An X.509 certificate on P-256 for tests, made here so that none of them ever expires in the repository. Without
 * `issuer` it signs itself; with `hosts` it is a server's, without an authority's. Valid until tomorrow unless told.
 */
export function makeCertificate({
  name,
  hosts = [],
  issuer,
  expiresAt = Date.now() + dayMs,
}: {
  name: string;
  hosts?: string[];
  issuer?: Certificate;
  expiresAt?: number;
}): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const extensions =
    hosts.length > 0
      ? [sequence(oid("551d11"), octets(alternativeNames(hosts)))]
      : [sequence(oid("551d13"), truth, octets(sequence(truth)))];
  const signed = sequence(
    der(0xa0, Buffer.of(0x02, 0x01, 0x02)),
    der(0x02, Buffer.concat([Buffer.of(0x01), randomBytes(8)])),
    ecdsaWithSha256,
    distinguished(issuer?.name ?? name),
    sequence(moment(expiresAt - 30 * dayMs), moment(expiresAt)),
    distinguished(name),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign("sha256", signed, issuer?.key ?? privateKey);
  const whole = sequence(signed, ecdsaWithSha256, der(0x03, Buffer.of(0), signature));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    certPem: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n"),
    keyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    name,
    key: privateKey,
  };
}
