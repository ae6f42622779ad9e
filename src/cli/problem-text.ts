import type { UriProblem } from "otp-core";

/** A problem for people: its sentence and its code on one line, then the apps that trip over it. */
export function problemText({ severity, message, code, apps }: UriProblem): string {
  return [`${severity}: ${message} [${code}]`, ...apps.map((app) => `  - ${app}`), ""].join("\n");
}
