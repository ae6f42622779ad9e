/** Reads how a file limits the use of a key (RFC 6030 section 5). */
import { readDate } from "../values.ts";
import { findChild, readText } from "../xml/path.ts";
import type { XmlElement } from "../xml/xml.ts";

/** The time in which a key may be used, in milliseconds since 1970. */
export interface Validity {
  readonly startsAt: number | null;
  readonly expiresAt: number | null;
}

/** The time in which both the device and the key may be used. `null`: a date that is not readable. */
export function readValidity(device: XmlElement | undefined, policy: XmlElement | undefined): Validity | null {
  const starts = [findChild(device, "StartDate"), findChild(policy, "StartDate")];
  const ends = [findChild(device, "ExpiryDate"), findChild(policy, "ExpiryDate")];
  const startsAt = starts.map(readLimit).filter((at) => at !== undefined);
  const expiresAt = ends.map(readLimit).filter((at) => at !== undefined);
  if ([...startsAt, ...expiresAt].some(Number.isNaN)) return null;
  return {
    startsAt: startsAt.length === 0 ? null : Math.max(...startsAt),
    expiresAt: expiresAt.length === 0 ? null : Math.min(...expiresAt),
  };
}

function readLimit(element: XmlElement | undefined): number | undefined {
  return element && (readDate(readText(element)) ?? Number.NaN);
}

/**
 * Whether a policy lets a server verify codes with the key. A policy that is not understood forbids every use, says the RFC; a
 * limited number of uses, and a PIN that the server must check, cannot be kept here.
 */
export function allowsVerification(policy: XmlElement | undefined, type: "hotp" | "totp" | "ocra"): boolean {
  const usage = type === "ocra" ? "CR" : "OTP";
  const children = policy?.children ?? [];
  const usages = children.filter(({ name }) => name === "KeyUsage").map(readText);
  if (usages.length > 0 && !usages.includes(usage)) return false;
  return children.every(({ name, attributes }) => {
    if (name === "PINPolicy") return attributes.get("PINUsageMode") === "Local";
    return name === "KeyUsage" || name === "StartDate" || name === "ExpiryDate";
  });
}
