import { describe, expect, test } from "vitest";
import { findClientAddress } from "./client-address.ts";

const socketAddress = "10.0.0.9";
const address = (trustedProxies: number, forwardedFor: string | null, socket: string | undefined = socketAddress) =>
  findClientAddress({ socketAddress: socket, forwardedFor, trustedProxies });

describe("the client's address", () => {
  test("is the socket's where there are no proxies, whatever the client says", () => {
    expect(address(0, null)).toBe(socketAddress);
    expect(address(0, "203.0.113.7")).toBe(socketAddress);
  });

  test("is as many steps back as there are proxies; what stands before is the client's word", () => {
    expect(address(1, "203.0.113.7")).toBe("203.0.113.7");
    expect(address(1, "1.1.1.1, 203.0.113.7")).toBe("203.0.113.7");
    expect(address(2, "1.1.1.1, 203.0.113.7,10.0.0.8")).toBe("203.0.113.7");
  });

  test("is the socket's for who comes past the proxies", () => {
    expect(address(1, null)).toBe(socketAddress);
    expect(address(2, "203.0.113.7")).toBe(socketAddress);
  });

  test.each(["", "unknown", "evil\u0000", "203.0.113.7.1", "[::1", "a:b"])(
    "is the socket's where a proxy says %j",
    (said) => {
      expect(address(1, said)).toBe(socketAddress);
    },
  );

  test.each([
    ["203.0.113.7:4711", "203.0.113.7"],
    ["[2001:db8::1]:4711", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["2001:db8::1", "2001:db8::1"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
  ])("is read from %s", (said, expected) => {
    expect(address(1, said)).toBe(expected);
  });

  test("that is IPv4 in IPv6's clothes is IPv4", () => {
    expect(address(0, null, "::ffff:192.0.2.1")).toBe("192.0.2.1");
    expect(address(0, null, "::1")).toBe("::1");
    expect(findClientAddress({ socketAddress: undefined, forwardedFor: null, trustedProxies: 0 })).toBe("unknown");
  });
});
