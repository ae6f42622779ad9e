// Which code each app shows for a key URI, from what is known of apps that read it differently.
import { type TotpKey, totp, type UriKey, type UriProblem } from "otp-core";
import { APPS } from "../../src/uri/apps.ts";

/** How one app reads a URI. */
export interface AppReading {
  readonly app: string;
  /** The code that the app shows now. Null if that is not known. */
  readonly code: string | null;
  readonly isDifferent: boolean;
  readonly remarks: readonly string[];
}

/** What an app that has this problem puts in the place of a parameter. */
const IGNORED: Readonly<Record<string, Partial<TotpKey>>> = {
  "algorithm-ignored": { algorithm: "SHA1" },
  "digits-ignored": { digits: 6 },
  "period-ignored": { period: 30 },
  "encoder-ignored": { encoder: undefined, digits: 6 },
};

/** The apps that read the URI differently. */
export function readByApps(key: UriKey, problems: readonly UriProblem[], now: number): AppReading[] {
  const read = new Map<string, { changes: Partial<TotpKey>; isKnown: boolean; remarks: string[] }>();
  for (const { code, message, apps } of problems) {
    for (const entry of apps) {
      const { app, remark } = splitEntry(entry);
      const reading = read.get(app) ?? { changes: {}, isKnown: true, remarks: [] };
      read.set(app, reading);
      reading.remarks.push(remark === null ? message : `${message} This app: ${remark}.`);
      if (code in IGNORED && remark === null) Object.assign(reading.changes, IGNORED[code]);
      else if (code in IGNORED) reading.isKnown = false;
      if (remark === "refuses") reading.isKnown = false;
    }
  }
  return [...read].map(([app, { changes, isKnown, remarks }]) => {
    const code = isKnown && key.type === "totp" ? totp({ ...key, ...changes }, { now }) : null;
    return { app, code, isDifferent: key.type === "totp" && code !== totp(key, { now }), remarks };
  });
}

/** Every app of which anything is known. */
export const examinedApps: readonly string[] = [
  ...new Set(Object.values(APPS).flatMap((quirks) => quirks.map(({ app }) => productOf(splitEntry(app).app)))),
].sort();

export function productOf(app: string): string {
  return app.replace(/ \(.*$/, "");
}

/** "Google Authenticator (old, shows the parameter)": the app with its version, and what it does. */
function splitEntry(entry: string): { readonly app: string; readonly remark: string | null } {
  const [, name = entry, note = ""] = /^(.*?) \((.*)\)$/.exec(entry) ?? [];
  const [version, ...rest] = note.split(", ");
  if (version !== undefined && /^(Android|iOS|old)$/.test(version)) {
    return { app: `${name} (${version})`, remark: rest.join(", ") || null };
  }
  return { app: name, remark: note || null };
}
