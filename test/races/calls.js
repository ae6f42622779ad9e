// What a racer does with a store: for each kind of job its calls, all to be made at once. Each resolves to the names to be counted.
import { createAccounts, createKeyBox } from "otp-core/account";
import { createGuard } from "otp-core/guard";
import { createPasscodes } from "otp-core/passcodes";
import { createRecoveryCodes } from "otp-core/recovery";

const nameOf = ({ ok, reason }) => (ok ? "accepted" : reason);

const KINDS = {
  guard({ subject, key, codes, attempts }, options) {
    const guard = createGuard({ ...options, attempts });
    return codes.map((code) => async () => [nameOf(await guard.attempt({ subject, key, code }))]);
  },

  send({ target, calls, pepper }, options) {
    const passcodes = createPasscodes({ ...options, pepper: Uint8Array.from(pepper) });
    return Array.from({ length: calls }, () => async () => {
      const names = [];
      const sent = await passcodes.send({ ...target, deliver: () => names.push("delivered") });
      return [...names, nameOf(sent)];
    });
  },

  passcode({ target, codes, attempts, pepper }, options) {
    const passcodes = createPasscodes({ ...options, attempts, pepper: Uint8Array.from(pepper) });
    return codes.map((code) => async () => [nameOf(await passcodes.attempt({ ...target, code }))]);
  },

  recover({ subject, codes, pepper }, options) {
    const recovery = createRecoveryCodes({ ...options, pepper: Uint8Array.from(pepper) });
    return codes.map((code) => async () => [nameOf(await recovery.attempt({ subject, code }))]);
  },

  account({ subject, calls, attempts, pepper }, options) {
    const bytes = Uint8Array.from(pepper);
    const accounts = createAccounts({ ...options, attempts, pepper: bytes, seal: createKeyBox([{ id: "a", bytes }]) });
    const acts = {
      attempt: async (request) => nameOf(await accounts.attempt({ subject, ...request })),
      confirm: async (request) => ((await accounts.confirm({ subject, ...request })) ? "confirmed" : "refused"),
      trust: async () => ((await accounts.trust({ subject })) ? "trusted" : "untrusted"),
    };
    return calls.map(({ act, ...request }) => async () => [await acts[act](request)]);
  },
};

/** How often which answer came, over all calls of the job. */
export async function run(job, store) {
  const tally = {};
  const calls = KINDS[job.kind](job, { store, clock: () => job.now, timeoutMs: 60_000 });
  await Promise.all(
    calls.map(async (call) => {
      let names;
      try {
        names = await call();
      } catch (error) {
        names = [`error: ${error.code ?? error} ${error.cause ?? ""}`];
      }
      for (const name of names) tally[name] = (tally[name] ?? 0) + 1;
    }),
  );
  return tally;
}
