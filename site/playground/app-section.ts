// The section of the page that says how apps read the key.
import { inspectUri, type UriReport } from "otp-core";
import { examinedApps, productOf, readByApps } from "./app-readings.ts";
import { create, element, groupDigits } from "./elements.ts";
import type { LoadedKey } from "./key-section.ts";
import { sentence } from "./read-source.ts";

/** Shows what apps make of a key. */
export function showApps({ report, uri }: LoadedKey): void {
  showReport(report ?? inspectUri(uri));
}

function showReport({ key, problems }: UriReport): void {
  const found = key === null ? [] : readByApps(key, problems, Date.now());
  const readings = found.sort((a, b) => Number(b.isDifferent) - Number(a.isDifferent));
  const different = new Set(readings.map(({ app }) => productOf(app)));
  const others = examinedApps.filter((app) => !different.has(app));

  element("p", "apps-summary").textContent = summarise(
    problems.length,
    readings.filter((each) => each.isDifferent).length,
  );
  const items = problems.map(({ severity, message, code }) => {
    const item = create("li", create("strong", severity === "error" ? "Error" : "Warning"), ` ${sentence(message)} `);
    item.append(create("code", code));
    item.classList.add(severity);
    return item;
  });
  element("ul", "problems").replaceChildren(...items);
  const entries = readings.map(({ app, code, isDifferent, remarks }) => {
    const shown = code === null ? "code not known" : `${groupDigits(code)}${isDifferent ? " (refused)" : ""}`;
    const entry = create("li", create("strong", app), create("span", shown), create("p", remarks.join(" ")));
    entry.classList.toggle("different", isDifferent);
    return entry;
  });
  element("ul", "apps").replaceChildren(...entries);
  element("p", "apps-others").textContent =
    `No difference is known of: ${others.join(", ")}. Apps change: this says what was seen, and other apps were not examined.`;
}

function summarise(problems: number, different: number): string {
  if (problems === 0) return "All apps that were examined read this key in the same way.";
  if (different > 0) return "Some apps show other codes than your server expects, so their users cannot log in:";
  return "Apps show the same codes. Some read the rest differently:";
}
