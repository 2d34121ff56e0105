import { describe, expect, it } from "vitest";
import { LoginThrottle, networkOf } from "./login-throttle.ts";

function throttle(maxEntries?: number) {
  const clock = { ms: 1_000_000 };
  const subject = new LoginThrottle({ now: () => clock.ms, ...(maxEntries && { maxEntries }) });
  const admitted = (times: number, account: string, address: string) =>
    Array.from({ length: times }, () => subject.admit(account, address)).filter((one) => one.admitted).length;
  return { subject, clock, admitted };
}

describe("password tries", () => {
  it("are five a minute for one account from one address", () => {
    const { admitted } = throttle();
    expect(admitted(10_000, "mara", "203.0.113.7")).toBe(5);
  });

  it("are twenty a minute from one address, whatever the accounts", () => {
    const { admitted } = throttle();
    const total = Array.from({ length: 10_000 }, (_, i) => admitted(1, `user${i}`, "203.0.113.7")).reduce(
      (a, b) => a + b,
    );
    expect(total).toBe(20);
  });

  it("are not used up by right passwords, however many sign in from one office", () => {
    const { subject, admitted } = throttle();
    for (let i = 0; i < 100; i++) {
      expect(subject.admit(`user${i}`, "203.0.113.7").admitted).toBe(true);
      subject.succeeded(`user${i}`, "203.0.113.7");
    }
    const guessed = Array.from({ length: 100 }, (_, i) => admitted(1, `guess${i}`, "203.0.113.7"));
    expect(guessed.reduce((a, b) => a + b)).toBe(20);
  });

  it("do not close an account for other addresses", () => {
    const { admitted } = throttle();
    admitted(50, "mara", "203.0.113.7");
    expect(admitted(1, "mara", "198.51.100.4")).toBe(1);
  });

  it("wait longer each time, up to fifteen minutes, and never for good", () => {
    const { subject, clock, admitted } = throttle();
    const waits: number[] = [];
    for (let round = 0; round < 7; round++) {
      admitted(5, "mara", "203.0.113.7");
      const refused = subject.admit("mara", "203.0.113.7");
      if (refused.admitted) throw new Error("expected a refusal");
      waits.push(refused.retryAfterSeconds);
      clock.ms += refused.retryAfterSeconds * 1_000;
    }
    expect(waits).toEqual([60, 120, 240, 480, 900, 900, 900]);
    expect(subject.admit("mara", "203.0.113.7").admitted).toBe(true);
  });

  it("are not made longer by knocking while closed", () => {
    const { subject, clock, admitted } = throttle();
    admitted(5, "mara", "203.0.113.7");
    admitted(1_000, "mara", "203.0.113.7");
    clock.ms += 60_000;
    expect(subject.admit("mara", "203.0.113.7").admitted).toBe(true);
  });

  it("start anew after a right password", () => {
    const { subject, admitted } = throttle();
    admitted(4, "mara", "203.0.113.7");
    subject.succeeded("mara", "203.0.113.7");
    expect(admitted(10, "mara", "203.0.113.7")).toBe(5);
  });

  it("are counted for the whole /64 of an IPv6 address", () => {
    const { admitted } = throttle();
    const total = Array.from({ length: 200 }, (_, i) => admitted(1, `user${i}`, `2001:db8:1:2::${i.toString(16)}`));
    expect(total.reduce((a, b) => a + b)).toBe(20);
    expect(admitted(1, "mara", "2001:db8:1:3::1")).toBe(1);
  });

  it("use bounded memory", () => {
    const { subject } = throttle(1_000);
    for (let i = 0; i < 10_000; i++) subject.admit(`user${i}`, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    expect(subject.size).toBeLessThanOrEqual(1_000);
  });
});

describe("the network of an address", () => {
  it("is the IPv4 address, also when it is written as IPv6", () => {
    expect(networkOf("::ffff:203.0.113.7")).toBe("203.0.113.7");
  });
  it("is one bucket for what is no address", () => {
    expect(networkOf("evil\nheader")).toBe("unknown");
    expect(networkOf(null)).toBe("unknown");
  });
});
