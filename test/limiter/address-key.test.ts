import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { addressKey } from "otp-core/limiter";
import { describe, expect, it } from "vitest";

describe("addressKey", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8::/64"],
    ["2001:db8:0:1::", "2001:db8:0:1::/64"],
    ["2001:db8:1::1:2:3:4", "2001:db8:1::/64"],
    ["2001:db8:1:2:3:4:192.0.2.1", "2001:db8:1:2::/64"],
    ["1:2:3:4:5:6:7::", "1:2:3:4::/64"],
    ["::2:3:4:5:6:7:8", "0:2:3:4::/64"],
    ["::1", "::/64"],
    ["::", "::/64"],
  ])("gives %s as %s", (address, key) => expect(addressKey(address)).toBe(key));

  it.each([
    "::ffff:192.0.2.1",
    "::ffff:c000:201",
    "::FFFF:C000:0201",
    "0:0:0:0:0:ffff:192.0.2.1",
    "::ffff:192.0.2.1%eth0",
  ])("counts an IPv4-mapped address as the IPv4 address: %s (field D10)", (address) =>
    expect(addressKey(address)).toBe("192.0.2.1"),
  );

  it.each(["64:ff9b::192.0.2.1", "64:ff9b::c000:201", "0064:ff9b:0:0:0:0:192.0.2.1"])(
    "counts a NAT64 address as the IPv4 address: %s (field D10)",
    (address) => expect(addressKey(address)).toBe("192.0.2.1"),
  );

  it("gives every IPv4 address inside an IPv6 address as itself", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom("::ffff:", "64:ff9b::"), (address, prefix) => {
        expect(addressKey(prefix + address)).toBe(address);
      }),
    );
  });

  it("takes no IPv4 address out of any other prefix", () => {
    expect(addressKey("64:ff9b:1::192.0.2.1")).toBe("64:ff9b:1::/64");
    expect(addressKey("::1:ffff:192.0.2.1")).toBe("::/64");
    expect(addressKey("::fffe:192.0.2.1")).toBe("::/64");
    expect(addressKey("64:ff9b:0:0:0:1:192.0.2.1")).toBe("64:ff9b::/64");
  });

  it("reads up to a hundred characters", () => {
    expect(addressKey(`fe80::1%${"z".repeat(92)}`)).toBe("fe80::/64");
    expect(addressKey(`fe80::1%${"z".repeat(93)}`)).toBe("unknown");
  });

  it.each(["fe80::1%eth0", "fe80::1%1", "fe80::2%en-0.1_~"])("ignores a zone: %s (field D10)", (address) =>
    expect(addressKey(address)).toBe("fe80::/64"),
  );

  it.each([
    "",
    " ",
    "unknown",
    "localhost",
    "192.0.2",
    "192.0.2.1.1",
    "192.0.2.256",
    "192.0.2.01",
    "192.0.2.-1",
    "192.0.2.1e0",
    " 192.0.2.1",
    "192.0.2.1\n",
    "192.0.2.1:443",
    "192.0.2.1%eth0",
    "[2001:db8::1]",
    "2001:db8::1::2",
    ":::",
    "1:2:3:4:5:6:7:8::",
    "1:2:3:4::5:6:7:8",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    ":1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:",
    "12345::",
    "g::",
    "::192.0.2.256",
    "192.0.2.1::",
    "::192.0.2.1:1",
    "1:2:3:4:5:6:7:192.0.2.1",
    "fe80::1%",
    "fe80::1%a%b",
    "%eth0",
    "١٩٢.0.2.1",
    `::1%${"x".repeat(100)}`,
    undefined,
    null,
    7,
    {},
    ["192.0.2.1"],
  ])("gives %j as unknown (field D10)", (address) => expect(addressKey(address)).toBe("unknown"));

  it("gives unknown for exactly what is not an address, and never throws", () => {
    const text = fc
      .array(fc.constantFrom(..."0129af:.%", "::", "ffff", "64:ff9b", "192.0.2.1", "%e"))
      .map((parts) => parts.join(""));
    const law = fc.property(fc.oneof(text, fc.ipV6(), fc.ipV4(), fc.anything()), (value) => {
      const isAddress = typeof value === "string" && value.length <= 100 && (isIPv4(value) || isIPv6(value));
      expect(addressKey(value) !== "unknown").toBe(isAddress);
    });
    fc.assert(law, { numRuns: 3000 });
  });

  it("gives all spellings of an address and all addresses of a /64 one key, and other networks another", () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const half = fc.tuple(fc.integer({ min: 0x2000, max: 0x3fff }), group, group, group);
    const law = fc.property(half, half, half, half, (network, host, otherHost, otherNetwork) => {
      const long = (groups: number[]) => groups.map((value) => value.toString(16).padStart(4, "0")).join(":");
      const short = (groups: number[]) => new URL(`http://[${long(groups)}]`).hostname.slice(1, -1);
      const key = addressKey(long([...network, ...host]));
      expect(key).toBe(`${short([...network, 0, 0, 0, 0])}/64`);
      expect(addressKey(short([...network, ...otherHost]))).toBe(key);
      expect(addressKey(long([...otherNetwork, ...host])) === key).toBe(String(network) === String(otherNetwork));
    });
    fc.assert(law);
  });
});
