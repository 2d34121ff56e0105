import { describe, expect, it } from "vitest";
import { isTimeZone, requestTimeZone } from "./time-zone.ts";

describe("the zone of a page", () => {
  it("is the first candidate that is a zone", () => {
    expect(requestTimeZone([undefined, "", "Mars/Olympus", "Asia%2FTokyo", "Europe/Berlin"])).toBe("Asia/Tokyo");
  });

  it("is the server's when no candidate is one", () => {
    expect(isTimeZone(requestTimeZone([null, "%E0%A4%A"]))).toBe(true);
  });
});
