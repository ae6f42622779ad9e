// An address of a client as the subject of a limiter.

/**
 * An address as a limiter's subject: IPv4 as it is, IPv6 by its /64, because one subscriber has at least a whole /64. An IPv4
 * address inside an IPv6 address (IPv4-mapped, RFC 4291 section 2.5.5.2, or NAT64, RFC 6052 section 2.1) counts as the IPv4
 * address. A zone (`%eth0`) does not matter.
 *
 * @param address - for example `req.ip`, without a port. Anything that is not an address gives `"unknown"`, and nothing throws.
 *
 * @example
 * ```ts
 * import { addressKey } from "otp-core/limiter";
 *
 * console.log(addressKey("::ffff:192.0.2.1")); // 192.0.2.1
 * console.log(addressKey("2001:db8:1:2:3:4:5:6")); // 2001:db8:1:2::/64
 * console.log(addressKey(undefined)); // unknown
 * ```
 */
export function addressKey(address: unknown): string {
  if (typeof address !== "string" || address.length > MAX_LENGTH) return UNKNOWN;
  if (readIpv4(address) !== null) return address;
  const groups = readIpv6(address.replace(ZONE, ""));
  if (groups === null) return UNKNOWN;
  const prefix = groups.slice(0, 6).map(toHex).join(":");
  if (prefix === MAPPED || prefix === NAT64) {
    const [high = 0, low = 0] = groups.slice(6);
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
  }
  // The second half is zero, so the zeros before it belong to the longest run, which is the one to leave out (RFC 5952).
  const network = groups.slice(0, 4).map(toHex);
  while (network[network.length - 1] === "0") network.pop();
  return `${network.join(":")}::/64`;
}

const UNKNOWN = "unknown";
/** The longest address has 45 characters; what is left is for a zone. */
const MAX_LENGTH = 100;
const ZONE = /%[0-9A-Za-z:._~-]+$/;
const MAPPED = "0:0:0:0:0:ffff";
const NAT64 = "64:ff9b:0:0:0:0";

const toHex = (group: number) => group.toString(16);

/** The two groups that an IPv4 address stands for, or `null`. A leading zero might mean an octal number, so it is refused. */
function readIpv4(text: string): readonly [number, number] | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) {
    return null;
  }
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  return [a * 256 + b, c * 256 + d];
}

/** The eight groups of an IPv6 address, or `null` (RFC 4291 section 2.2). */
function readIpv6(text: string): readonly number[] | null {
  const [head = "", tail, more] = text.split("::");
  if (more !== undefined) return null;
  const left = readGroups(head, tail === undefined);
  const right = readGroups(tail ?? "", true);
  if (left === null || right === null) return null;
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  return [...left, ...Array<number>(missing).fill(0), ...right];
}

/** @param atEnd - whether the address ends here, so that the last group may be an IPv4 address. */
function readGroups(text: string, atEnd: boolean): readonly number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    const ipv4 = atEnd && i === parts.length - 1 ? readIpv4(part) : null;
    if (ipv4 !== null) groups.push(...ipv4);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}
