// Secrets that are public: examples in standards, documentation and tutorials.

const RFC = "GEZDGNBVGY3TQOJQ";

/** As base32. */
export const PUBLISHED: ReadonlySet<string> = new Set([
  // RFC 4226 and RFC 6238: 10 bytes, and 20, 32 and 64 for the three algorithms.
  RFC,
  RFC.repeat(2),
  `${RFC.repeat(3)}GEZA`,
  `${RFC.repeat(6)}GEZDGNA`,
  // The key URI format of Google Authenticator, and pyotp.
  "JBSWY3DPEHPK3PXP",
  "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
  "BASE32SECRET3232",
  // The READMEs of otplib and otpauth.
  "KVKFKRCPNZQUYMLXOVYDSQKJKZDTSRLD",
  "US3WHSG7X5KAPV27VANWKQHF3SH3HULL",
  "NB2W45DFOIZA",
  // The README of speakeasy, where it is the text rNONHRni6BAk7y2TiKrv.
  "OJHE6TSIKJXGSNSCIFVTO6JSKRUUW4TW",
  // The guides of otp-core.
  "KVFBG7RMAFUDW5YN",
]);
