// otplib's codes of a moment, for secrets in base32.
import { checkInteger } from "../../check.ts";
import { encodeBase32 } from "../../encoding/base32.ts";
import { randomBytes } from "../../encoding/random.ts";
import { type Configurable, OptionSet } from "./option-set.ts";
import { authenticatorOptions, type Complete, checkText, type OtplibOptions } from "./options.ts";
import { createRandomBytes, keyEncoder } from "./plugins.ts";
import { type TotpMethods, TotpObjectBase } from "./totp.ts";

/** otplib's `authenticator`. */
export interface Authenticator extends TotpMethods, Configurable<Authenticator> {
  /** Base32 of text in the option `encoding`. Like otplib, it drops the eighth bit of every byte. */
  encode(secret: string): string;
  /** The text of base32, in the option `encoding`. */
  decode(secret: string): string;
  /**
   * A new secret in base32.
   *
   * @param bytes - 1 to 1024. Default: 20. otplib makes 10 bytes of seven random bits each.
   */
  generateSecret(bytes?: number): string;
}

export class AuthenticatorObject extends TotpObjectBase implements Authenticator {
  protected readonly kind = "authenticator";

  allOptions(): Complete {
    return authenticatorOptions(this.options);
  }

  clone(options?: OtplibOptions): Authenticator {
    return new AuthenticatorObject(this.optionSet.extended(options));
  }

  create(options?: OtplibOptions): Authenticator {
    return new AuthenticatorObject(new OptionSet(options));
  }

  encode(secret: string): string {
    const options = this.allOptions();
    return checkText(options.keyEncoder(secret, options.encoding), "keyEncoder");
  }

  decode(secret: string): string {
    return this.read(secret, this.allOptions());
  }

  generateSecret(bytes = 20): string {
    const options = this.allOptions();
    checkInteger(bytes, "bytes", 1, 1024);
    const isOwn = options.createRandomBytes !== createRandomBytes || options.keyEncoder !== keyEncoder;
    // The functions of otplib would drop the eighth bit of every byte.
    if (!isOwn) return encodeBase32(randomBytes(bytes));
    const secret = checkText(options.createRandomBytes(bytes, options.encoding), "createRandomBytes");
    return checkText(options.keyEncoder(secret, options.encoding), "keyEncoder");
  }

  protected read(secret: unknown, options: Complete): string {
    return checkText(options.keyDecoder(secret as string, options.encoding), "keyDecoder");
  }
}
