// Counts the traps of all entries.
import { type Algorithm, encodeBase32 } from "otp-core";
import type { Entry } from "./entries.ts";
import { type Action, TRAPS, type Trap } from "./findings.ts";
import { type Finding, inspectEntry } from "./inspect-entry.ts";

export interface Counted {
  readonly finding: string;
  readonly action: Action;
  readonly count: number;
  readonly lines: readonly number[];
  readonly text: string;
}

export interface Audit {
  readonly entries: number;
  readonly empty: number;
  readonly kinds: { readonly secret: number; readonly uri: number; readonly json: number };
  /** What has to be done first comes first. */
  readonly findings: readonly Counted[];
  /** Entries that otp-core reads as they are, and that need nothing. */
  readonly clean: number;
}

const ACTIONS: readonly Action[] = ["convert", "repair", "enrol again", "check", "keep"];

export function audit(entries: readonly Entry[], algorithm: Algorithm): Audit {
  const found = new Map<string, { readonly trap: Trap; readonly lines: number[] }>();
  const secrets = new Set<string>();
  const kinds = { secret: 0, uri: 0, json: 0 };
  let empty = 0;
  let clean = 0;
  const add = (finding: Finding, line: number) => {
    const trap: Trap = "text" in finding ? finding : TRAPS[finding.name];
    const known = found.get(finding.name) ?? { trap, lines: [] };
    found.set(finding.name, known);
    // A URI may have one problem twice.
    if (known.lines.at(-1) !== line) known.lines.push(line);
    return trap.action;
  };
  for (const { line, text } of entries) {
    if (text === "") {
      empty++;
      continue;
    }
    const { kind, findings, bytes } = inspectEntry(text, algorithm);
    kinds[kind]++;
    const actions = findings.map((finding) => add(finding, line));
    const secret = bytes === null ? text : encodeBase32(bytes);
    if (secrets.has(secret)) actions.push(add({ name: "duplicate" }, line));
    secrets.add(secret);
    if (actions.every((action) => action === "keep")) clean++;
  }
  const counted = [...found].map(([finding, { trap, lines }]) => {
    return { finding, action: trap.action, count: lines.length, lines, text: trap.text };
  });
  // The sort is stable, and the traps come in the order of their list.
  const names: readonly string[] = Object.keys(TRAPS);
  const placeOf = ({ finding, action }: Counted) => {
    const place = names.indexOf(finding);
    return ACTIONS.indexOf(action) * 1000 + (place < 0 ? 999 : place);
  };
  counted.sort((a, b) => placeOf(a) - placeOf(b));
  return { entries: entries.length, empty, kinds, findings: counted, clean };
}

/** Whether something has to be done before the secrets can be used. */
export function mustAct({ findings }: Audit): boolean {
  return findings.some(({ action }) => action !== "check" && action !== "keep");
}
