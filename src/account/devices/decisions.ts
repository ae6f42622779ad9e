// Trusted devices: which one a request comes from, and how one begins and ends.

import { refuse } from "../../check.ts";
import type { AccountDecision, AccountMachineEvent, RecognisedDevice, TrustedDevice } from "../outcome.ts";
import type { CheckedAccountPolicy } from "../policy.ts";
import type { AccountState } from "../state.ts";
import { type Device, isAlive, newDevice, seeDevice } from "./device.ts";
import { present } from "./rotation.ts";
import { isGenuine, readToken, writeToken } from "./token.ts";

type Decision<Outcome> = AccountDecision<AccountState, Outcome>;

/** How long after an accepted code a device may be trusted. */
const TRUSTABLE_MS = 900_000;

/** Where an attempt comes from. A recognised device has a budget of its own. */
export interface Origin {
  readonly account: AccountState;
  /** `null`: not a device that is trusted. */
  readonly device: Device | null;
  readonly events: readonly AccountMachineEvent[];
}

/** The device of an attempt. Its token is not replaced, because an attempt has no way to hand out another one. */
export function originOf(
  policy: CheckedAccountPolicy,
  account: AccountState,
  { subject, deviceToken }: { readonly subject: string; readonly deviceToken: unknown },
  now: number,
): Origin {
  const { origin } = recognise(policy, account, subject, deviceToken, now, false);
  return origin;
}

/** Whose device this is. A token that was copied ends its device. */
export function decideRecognise(
  policy: CheckedAccountPolicy,
  account: AccountState,
  { subject, deviceToken }: { readonly subject: string; readonly deviceToken: unknown },
  now: number,
): Decision<RecognisedDevice | null> {
  const { origin, handOut } = recognise(policy, account, subject, deviceToken, now, true);
  const { device, events } = origin;
  if (device === null) return { account: origin.account, outcome: null, events };
  const seen = seeDevice(device, now);
  return {
    account: seen === device ? origin.account : replaceDevice(origin.account, seen),
    outcome: {
      device: device.device,
      label: device.label,
      deviceToken: handOut === null ? null : writeToken(policy.digester, ownerOf(subject, device), handOut),
      expiresAt: device.expiresAt,
    },
    events,
  };
}

function recognise(
  policy: CheckedAccountPolicy,
  account: AccountState,
  subject: string,
  deviceToken: unknown,
  now: number,
  mayRotate: boolean,
): { readonly origin: Origin; readonly handOut: number | null } {
  const nowhere = { origin: { account, device: null, events: [] }, handOut: null };
  const token = readToken(deviceToken);
  if (token === null) return nowhere;
  const device = account.devices.find((each) => each.device === token.device);
  if (device === undefined || !isAlive(device, now)) return nowhere;
  // A secret that the server never made is unknown. It must not end the device, or any attacker could.
  if (!isGenuine(policy.digester, ownerOf(subject, device), token)) return nowhere;
  const shown = present(device.rotation, token.generation, now, mayRotate);
  if (shown.finding === "unknown") return nowhere;
  if (shown.finding === "stolen") {
    const ended = endDevice(account, device, "stolen", now);
    return { origin: { account: ended.account, device: null, events: ended.events }, handOut: null };
  }
  if (shown.rotation === device.rotation) return { origin: { account, device, events: [] }, handOut: shown.handOut };
  const turned = { ...device, rotation: shown.rotation };
  return { origin: { account: replaceDevice(account, turned), device: turned, events: [] }, handOut: shown.handOut };
}

/** Trusts a device, once after each accepted code. One more than the policy allows ends the one that was seen longest ago. */
export function decideTrust(
  policy: CheckedAccountPolicy,
  account: AccountState,
  request: { readonly subject: string; readonly label: string | null; readonly ttlMs: number | null } & Pick<
    Device,
    "device"
  >,
  now: number,
): Decision<TrustedDevice | null> {
  const { trustableAt } = account;
  if (trustableAt === null || Math.abs(now - trustableAt) > TRUSTABLE_MS) return { account, outcome: null, events: [] };
  const { subject, device: id, label, ttlMs } = request;
  const expiresAt = now + (ttlMs ?? policy.devices.ttlMs);
  const device = newDevice({ device: id, label, expiresAt }, now);
  const alive = account.devices.filter((each) => isAlive(each, now));
  if (alive.some((each) => each.device === id)) refuse("deviceToken", "a fresh draw of drawDeviceToken");
  const byAge = [...alive].sort((a, b) => (b.seenAt ?? b.trustedAt) - (a.seenAt ?? a.trustedAt));
  const kept = byAge.slice(0, policy.devices.max - 1);
  const ended = byAge.slice(policy.devices.max - 1);
  return {
    account: { ...account, trustableAt: null, devices: [...alive.filter((each) => kept.includes(each)), device] },
    outcome: { device: id, deviceToken: writeToken(policy.digester, ownerOf(subject, device), 0), expiresAt },
    events: [
      ...ended.map((each) => endedEvent(each, "replaced", now)),
      { type: "device-trusted", at: now, device: id, label },
    ],
  };
}

export function decideRevoke(account: AccountState, device: string, now: number): Decision<boolean> {
  const known = account.devices.find((each) => each.device === device);
  if (known === undefined) return { account, outcome: false, events: [] };
  return { ...endDevice(account, known, "revoked", now), outcome: true };
}

/** Ends all devices. A code that was accepted before makes no new one: it may be the thief who logged in last. */
export function decideRevokeAll(account: AccountState, now: number): Decision<void> {
  const events = account.devices.map((each) => endedEvent(each, "revoked", now));
  return { account: { ...account, devices: [], trustableAt: null }, outcome: undefined, events };
}

type EndReason = Extract<AccountMachineEvent, { readonly type: "device-ended" }>["reason"];

export function endDevice(account: AccountState, { device, label }: Device, reason: EndReason, now: number) {
  const devices = account.devices.filter((each) => each.device !== device);
  return { account: { ...account, devices }, events: [endedEvent({ device, label }, reason, now)] };
}

function endedEvent({ device, label }: Pick<Device, "device" | "label">, reason: EndReason, now: number) {
  return { type: "device-ended", at: now, device, label, reason } as const;
}

export function replaceDevice(account: AccountState, device: Device): AccountState {
  return { ...account, devices: account.devices.map((each) => (each.device === device.device ? device : each)) };
}

function ownerOf(subject: string, { device }: Device) {
  return { subject, device };
}
