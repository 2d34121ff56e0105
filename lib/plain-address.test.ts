import { expect, it } from "vitest";
import { plainAddress, writtenAddresses } from "./plain-address.ts";

it("writes an IPv4 address that came through an IPv6 socket as IPv4, and leaves every other text alone", () => {
  expect(["::ffff:127.0.0.1", "::FFFF:10.0.0.7", "10.0.0.7", "::1", "2001:db8::ffff:1", ""].map(plainAddress)).toEqual([
    ...["127.0.0.1", "10.0.0.7", "10.0.0.7", "::1", "2001:db8::ffff:1", ""],
  ]);
});

it("knows both ways in which an IPv4 address may be stored", () => {
  expect(writtenAddresses("::ffff:10.0.0.7")).toEqual(["10.0.0.7", "::ffff:10.0.0.7"]);
  expect(writtenAddresses("::1")).toEqual(["::1"]);
});
