// Trusted devices: they begin, are recognised, are copied by a thief, and end.
import { decided } from "./attempt.js";

/** So many devices a user has as a rule. */
const DEVICES = 3;

export function trust(_process, subject, user) {
  if (user.devices.length >= DEVICES) return undefined;
  return {
    claim: { trusts: true },
    make: async (accounts) => {
      const trusted = await accounts.trust({ subject });
      if (trusted === null) return decided(null);
      const { device, deviceToken } = trusted;
      return { answer: "ok", told: { made: `d:${device}` }, learn: [["trusted", device, deviceToken]] };
    },
  };
}

export function recognise({ dice }, subject, user) {
  const device = dice.pick(user.devices);
  return device && present(subject, device, device.tokens.at(-1));
}

/** A copy of the cookie that was made a while ago. */
export function oldToken({ dice }, subject, user) {
  const device = dice.pick(user.devices.filter(({ tokens }) => tokens.length > 1));
  return device && present(subject, device, dice.pick(device.tokens.slice(0, -1)));
}

function present(subject, { device }, deviceToken) {
  return {
    claim: { token: [device, Number(deviceToken.split(".")[1])], ends: [`d:${device}`], endsIfRefused: true },
    make: async (accounts) => {
      const recognised = await accounts.recognise({ subject, deviceToken });
      if (recognised === null) return { answer: "refused", learn: [["untrusted", device]] };
      const next = recognised.deviceToken;
      return { answer: "ok", learn: next === null ? [] : [["trusted", device, next]] };
    },
  };
}

export function revoke({ dice }, subject, user) {
  const known = dice.pick(user.devices);
  if (known === undefined) return undefined;
  const { device } = known;
  return {
    claim: { ends: [`d:${device}`] },
    make: async (accounts) => decided(await accounts.revoke({ subject, device })),
    learn: [["untrusted", device]],
  };
}

export function revokeAll(_process, subject, user) {
  return {
    claim: { ends: ["d:*"] },
    make: async (accounts) => {
      await accounts.revokeAll(subject);
      return { answer: "ok" };
    },
    learn: user.devices.map(({ device }) => ["untrusted", device]),
  };
}
