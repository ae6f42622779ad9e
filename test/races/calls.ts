// What a racer does with a store: for each kind of job its calls, which are all made at the same time.
import type { TotpKey } from "otp-core";
import { createAccounts, createKeyBox } from "otp-core/account";
import { type AttemptPolicy, createGuard } from "otp-core/guard";
import { type Attempts, createPasscodes, type SentCodeTarget } from "otp-core/passcodes";
import { createRecoveryCodes } from "otp-core/recovery";
import type { Store } from "otp-core/store";

/** A call of an account. */
export type AccountCall =
  | { readonly act: "attempt"; readonly code: string }
  | { readonly act: "confirm"; readonly authenticator: string; readonly replaces: string; readonly code: string }
  | { readonly act: "trust" };

/** What each process does. It travels as JSON. */
export type Job = { readonly now: number } & (
  | {
      readonly kind: "guard";
      readonly subject: string;
      readonly key: TotpKey<string>;
      readonly codes: readonly string[];
      readonly attempts?: AttemptPolicy;
    }
  | {
      readonly kind: "send";
      readonly target: SentCodeTarget;
      readonly calls: number;
      readonly pepper: readonly number[];
    }
  | {
      readonly kind: "passcode";
      readonly target: SentCodeTarget;
      readonly codes: readonly string[];
      readonly attempts?: Attempts;
      readonly pepper: readonly number[];
    }
  | {
      readonly kind: "recover";
      readonly subject: string;
      readonly codes: readonly string[];
      readonly pepper: readonly number[];
    }
  | {
      readonly kind: "account";
      readonly subject: string;
      readonly calls: readonly AccountCall[];
      readonly attempts?: Attempts;
      readonly pepper: readonly number[];
    }
);

/** How often which answer came: `accepted`, `delivered`, a reason, or an error. */
export type Tally = Readonly<Record<string, number>>;

/** How often each answer came, over all calls of the job. */
export async function run(job: Job, store: Store): Promise<Tally> {
  const tally: Record<string, number> = {};
  const countCall = async (call: Call) => {
    for (const name of await call().catch(errorNames)) tally[name] = (tally[name] ?? 0) + 1;
  };
  await Promise.all(callsOf(job, { store, clock: () => job.now, timeoutMs: 60_000 }).map(countCall));
  return tally;
}

/** Resolves to the names to be counted. */
type Call = () => Promise<string[]>;

interface Options {
  readonly store: Store;
  readonly clock: () => number;
  readonly timeoutMs: number;
}

function callsOf(job: Job, options: Options): Call[] {
  switch (job.kind) {
    case "guard": {
      const { subject, key } = job;
      const guard = createGuard({ ...options, attempts: job.attempts });
      return job.codes.map((code) => async () => [nameOf(await guard.attempt({ subject, key, code }))]);
    }
    case "send": {
      const passcodes = createPasscodes({ ...options, pepper: Uint8Array.from(job.pepper) });
      return Array.from({ length: job.calls }, () => async () => {
        const names: string[] = [];
        const sent = await passcodes.send({ ...job.target, deliver: () => names.push("delivered") });
        return [...names, nameOf(sent)];
      });
    }
    case "passcode": {
      const passcodes = createPasscodes({
        ...options,
        attempts: job.attempts,
        pepper: Uint8Array.from(job.pepper),
      });
      return job.codes.map((code) => async () => [nameOf(await passcodes.attempt({ ...job.target, code }))]);
    }
    case "recover": {
      const { subject } = job;
      const recovery = createRecoveryCodes({ ...options, pepper: Uint8Array.from(job.pepper) });
      return job.codes.map((code) => async () => [nameOf(await recovery.attempt({ subject, code }))]);
    }
    case "account": {
      const { subject, attempts } = job;
      const bytes = Uint8Array.from(job.pepper);
      const seal = createKeyBox([{ id: "a", bytes }]);
      const accounts = createAccounts({ ...options, attempts, pepper: bytes, seal });
      const act = async (call: AccountCall) => {
        if (call.act === "trust") return (await accounts.trust({ subject })) ? "trusted" : "untrusted";
        if (call.act === "attempt") return nameOf(await accounts.attempt({ subject, code: call.code }));
        const { authenticator, replaces, code } = call;
        return (await accounts.confirm({ subject, authenticator, replaces, code })) ? "confirmed" : "refused";
      };
      return job.calls.map((call) => async () => [await act(call)]);
    }
  }
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const nameOf = (outcome: Outcome) => (outcome.ok ? "accepted" : outcome.reason);

const errorNames = (error: { readonly code?: string; readonly cause?: unknown }) => [
  `error: ${error.code ?? error} ${error.cause ?? ""}`,
];
