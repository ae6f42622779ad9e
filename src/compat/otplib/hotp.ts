// otplib's codes of a counter.
import { refuse } from "../../check.ts";
import { keyUri } from "./key-uri.ts";
import { type Configurable, checkOptionObject, OptionHolder, OptionSet } from "./option-set.ts";
import { hotpOptions, type OtplibOptions } from "./options.ts";
import { codesOf, isToken } from "./signing.ts";

/** otplib's `hotp`. */
export interface Hotp extends Configurable<Hotp> {
  /** The code of `counter`. */
  generate(secret: string, counter: number): string;
  /** Whether the code is that of `counter`. Store the counter that follows an accepted one. */
  check(token: unknown, secret: string, counter: number): boolean;
  /** The same as `check`. */
  verify(options: { readonly token: unknown; readonly secret: string; readonly counter: number }): boolean;
  /** The key URI. Prefer `formatUri` of `otp-core`. */
  keyuri(account: string, issuer: string, secret: string, counter: number): string;
}

export class HotpObject extends OptionHolder implements Hotp {
  allOptions() {
    return hotpOptions(this.options);
  }

  clone(options?: OtplibOptions): Hotp {
    return new HotpObject(this.optionSet.extended(options));
  }

  create(options?: OtplibOptions): Hotp {
    return new HotpObject(new OptionSet(options));
  }

  generate(secret: string, counter: number): string {
    return codesOf(secret, this.allOptions())(counter);
  }

  check(token: unknown, secret: string, counter: number): boolean {
    const options = this.allOptions();
    return isToken(token) && codesOf(secret, options)(counter) === token;
  }

  verify(options: { readonly token: unknown; readonly secret: string; readonly counter: number }): boolean {
    const { token, secret, counter } = checkOptionObject(options);
    return this.check(token, secret as string, counter as number);
  }

  keyuri(account: string, issuer: string, secret: string, counter: number): string {
    if (typeof counter !== "number") refuse("counter", "a number");
    return keyUri("hotp", { account, issuer, secret }, `counter=${counter}`, this.allOptions());
  }
}
