// Which apps read which problem differently.
import type { UriErrorCode, UriWarningCode } from "./problem.ts";

/** An app that reads something differently, and where that is written. */
interface Quirk {
  readonly app: string;
  readonly source: string;
}

const WIKI_2015 = "code.google.com/p/google-authenticator/wiki/KeyUriFormat";
const AEGIS = "github.com/beemdevelopment/Aegis, otp/GoogleAuthInfo.java";
const FREEOTP = "github.com/freeotp/freeotp-android, freeotp/Token.java";
const KEEPASSXC = "github.com/keepassxreboot/keepassxc, src/totp/totp.cpp";
const OTPHP = "github.com/Spomky-Labs/otphp/issues/47";

/**
 * Which apps read a URI with a problem differently, from reports of users and the apps' own sources. Apps change: a row says what
 * was seen, not what is so today. An app that is not named was not examined.
 */
export const APPS: Readonly<Partial<Record<UriErrorCode | UriWarningCode, readonly Quirk[]>>> = {
  "algorithm-ignored": [
    { app: "Google Authenticator (Android)", source: "github.com/google/google-authenticator-android/issues/29" },
    { app: "Microsoft Authenticator", source: "github.com/kspearrin/Otp.NET/issues/54" },
    { app: "Authy", source: "github.com/BrandonPotter/GoogleAuthenticator/issues/228" },
    { app: "Duo Mobile", source: "github.com/google/google-authenticator-android/issues/29" },
    { app: "LastPass Authenticator", source: "github.com/samdjstevens/java-totp/issues/30" },
    { app: "2FAS", source: "github.com/samdjstevens/java-totp/issues/30" },
  ],
  "algorithm-spelling": [
    { app: "Google Authenticator (iOS)", source: "github.com/privacyidea/privacyidea/pull/2060" },
    { app: "KeePassXC (takes a dash for SHA1)", source: KEEPASSXC },
  ],
  "invalid-algorithm": [{ app: "KeePassXC (takes it for SHA1)", source: KEEPASSXC }],
  "digits-ignored": [{ app: "Google Authenticator (old)", source: WIKI_2015 }],
  "period-ignored": [
    { app: "Google Authenticator (old)", source: WIKI_2015 },
    { app: "Microsoft Authenticator", source: "github.com/RobThree/TwoFactorAuth.Net/issues/18" },
    { app: "KeePassXC (2.7.4 knows 60 seconds at most)", source: KEEPASSXC },
  ],
  "encoder-ignored": [{ app: "Aegis", source: AEGIS }],
  "ambiguous-plus": [
    { app: "Google Authenticator (shows the plus)", source: "github.com/oslo-project/otp/issues/8" },
    { app: "Microsoft Authenticator (shows the plus)", source: "github.com/BastiaanJansen/otp-java/pull/89" },
    { app: "LastPass Authenticator (shows the plus)", source: "github.com/pyauth/pyotp/issues/47" },
    { app: "Stratum (shows the plus)", source: "github.com/stratumauth/app/issues/271" },
  ],
  "secret-padding": [
    { app: "Google Authenticator (iOS)", source: "github.com/google/google-authenticator/issues/643" },
    { app: "Authenticator Extension", source: "github.com/Authenticator-Extension/Authenticator/issues/70" },
  ],
  "issuer-not-twice": [
    { app: "Google Authenticator (old, shows the parameter)", source: OTPHP },
    { app: "FreeOTP (old, shows the label's)", source: OTPHP },
  ],
  "issuer-differs": [
    { app: "Aegis (the label counts)", source: AEGIS },
    { app: "FreeOTP (the label counts)", source: FREEOTP },
  ],
  "colon-in-label": [
    { app: "Aegis (shows all of it as the account)", source: AEGIS },
    { app: "FreeOTP (refuses)", source: FREEOTP },
  ],
  "missing-account": [{ app: "FreeOTP (refuses)", source: FREEOTP }],
  "missing-counter": [{ app: "Aegis (refuses)", source: AEGIS }],
  "weak-secret": [{ app: "FreeOTP (warns)", source: FREEOTP }],
};
