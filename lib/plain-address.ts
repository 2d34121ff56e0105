const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An IPv4 address that came through an IPv6 socket (`::ffff:127.0.0.1`), as people write it; others stay as they are. */
export function plainAddress(address: string): string {
  return mapped.exec(address)?.[1] ?? address;
}

/** Every way in which the log may have an address: calls of before were stored as their socket named them. */
export function writtenAddresses(address: string): string[] {
  const plain = plainAddress(address);
  return /^\d+\.\d+\.\d+\.\d+$/.test(plain) ? [plain, `::ffff:${plain}`] : [plain];
}
