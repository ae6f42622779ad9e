// otplib's codes of a moment.
import { refuse } from "../../check.ts";
import { UnguardedCalls, type UnguardedListener } from "../unguarded.ts";
import { keyUri } from "./key-uri.ts";
import { type Configurable, checkOptionObject, OptionHolder, OptionSet } from "./option-set.ts";
import { type Complete, type OtplibOptions, totpOptions, windowOf } from "./options.ts";
import { codesOf, isToken } from "./signing.ts";

/** The methods of otplib's `totp` and `authenticator`. */
export interface TotpMethods {
  /** The code of now, or of the option `epoch`. */
  generate(secret: string): string;
  /**
   * Whether the code belongs to a step of the option `window`. Nothing remembers that the code was used. The listener of
   * {@link onUnguarded} is called once for each calling line.
   */
  check(token: unknown, secret: string): boolean;
  /** How many steps the code is away from now, or `null`. */
  checkDelta(token: unknown, secret: string): number | null;
  /** The same as `check`. */
  verify(options: { readonly token: unknown; readonly secret: string }): boolean;
  /** The key URI. Prefer `formatUri` of `otp-core`. */
  keyuri(account: string, issuer: string, secret: string): string;
  /** Seconds since the step began. */
  timeUsed(): number;
  /** Seconds until the step ends. */
  timeRemaining(): number;
}

/** otplib's `totp`. */
export interface Totp extends TotpMethods, Configurable<Totp> {}

const unguarded = /* @__PURE__ */ new UnguardedCalls();

/**
 * Calls the listener once for each line of the program that verifies a TOTP code without anything that remembers it. There a code can
 * be used twice. Replace these lines with a guard or an account.
 *
 * @param listener - `null` stops it.
 *
 * @example
 * ```ts
 * import { authenticator, onUnguarded } from "otp-core/compat/otplib";
 *
 * onUnguarded(({ call }) => console.log(call)); // authenticator.check
 * authenticator.check("123456", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
 * onUnguarded(null);
 * ```
 */
export function onUnguarded(listener: UnguardedListener | null): void {
  if (typeof listener !== "function" && listener !== null) refuse("listener", "a function or null");
  unguarded.listen(listener);
}

/** What `totp` and `authenticator` share. A subclass says how a stored secret is read. */
export abstract class TotpObjectBase extends OptionHolder implements TotpMethods {
  protected abstract readonly kind: string;
  abstract allOptions(): Complete;
  protected abstract read(secret: unknown, options: Complete): unknown;

  generate(secret: string): string {
    const options = this.allOptions();
    return codesOf(this.read(secret, options), options)(stepOf(options.epoch, options));
  }

  check(token: unknown, secret: string): boolean {
    unguarded.report(`${this.kind}.check`, TotpObjectBase.prototype.check);
    return this.find(token, secret) !== null;
  }

  checkDelta(token: unknown, secret: string): number | null {
    unguarded.report(`${this.kind}.checkDelta`, TotpObjectBase.prototype.checkDelta);
    return this.find(token, secret);
  }

  verify(options: { readonly token: unknown; readonly secret: string }): boolean {
    unguarded.report(`${this.kind}.verify`, TotpObjectBase.prototype.verify);
    const { token, secret } = checkOptionObject(options);
    return this.find(token, secret) !== null;
  }

  keyuri(account: string, issuer: string, secret: string): string {
    const options = this.allOptions();
    return keyUri("totp", { account, issuer, secret }, `period=${options.step}`, options);
  }

  timeUsed(): number {
    const { epoch, step } = this.allOptions();
    return Math.floor(epoch / 1000) % step;
  }

  timeRemaining(): number {
    return this.allOptions().step - this.timeUsed();
  }

  private find(token: unknown, secret: unknown): number | null {
    const options = this.allOptions();
    const key = this.read(secret, options);
    return isToken(token) ? findDelta(token, key, options) : null;
  }
}

/** Now first, then the past, then the future, as in otplib. All codes of the window are computed, wherever the match is. */
function findDelta(token: string, key: unknown, options: Complete): number | null {
  const codeOf = codesOf(key, options);
  const [past, future] = windowOf(options);
  let found: number | null = null;
  const look = (delta: number) => {
    // otplib computes the moment of each step, and rounds each.
    const step = stepOf(options.epoch + delta * (options.step * 1000), options);
    if (step >= 0 && codeOf(step) === token) found ??= delta;
  };
  look(0);
  for (let i = 1; i <= past; i++) look(-i);
  for (let i = 1; i <= future; i++) look(i);
  return found;
}

function stepOf(epoch: number, { step }: Complete): number {
  return Math.floor(epoch / step / 1000);
}

export class TotpObject extends TotpObjectBase implements Totp {
  protected readonly kind = "totp";

  allOptions(): Complete {
    return totpOptions(this.options);
  }

  clone(options?: OtplibOptions): Totp {
    return new TotpObject(this.optionSet.extended(options));
  }

  create(options?: OtplibOptions): Totp {
    return new TotpObject(new OptionSet(options));
  }

  protected read(secret: unknown): unknown {
    return secret;
  }
}
