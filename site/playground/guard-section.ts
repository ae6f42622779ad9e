// The section of the page that tries codes against a guard.
import { isOtpError } from "otp-core";
import { create, element, formatTime, groupDigits } from "./elements.ts";
import type { LoadedKey } from "./key-section.ts";
import { sentence } from "./read-source.ts";
import { type Attempt, createTrial, type Kind, type Trial } from "./try-codes.ts";

const result = element("div", "result");
const log = element("ol", "log");
const state = element("p", "guard-state");
const wait = element("button", "wait");
const own = element("input", "own-code");

/** Returns a function that starts again with another key. */
export function startGuardSection(): (loaded: LoadedKey) => void {
  let trial: Trial | null = null;
  let loaded: LoadedKey | null = null;

  function start(next: LoadedKey): void {
    loaded = next;
    log.replaceChildren();
    result.replaceChildren(note("Choose a code."));
    trial = null;
    try {
      trial = createTrial(next.key);
    } catch (error) {
      if (!isOtpError(error)) throw error;
      result.replaceChildren(note(sentence(error.message)));
    }
    void showState(trial);
  }

  /** Runs an action, and shows what it resolves to. A key may have no code of a kind. */
  async function show(action: (trial: Trial) => Promise<readonly Attempt[]>): Promise<void> {
    if (trial === null) return;
    try {
      const attempts = await action(trial);
      for (const attempt of attempts) log.prepend(entry(attempt));
      const last = attempts.at(-1);
      if (last !== undefined) result.replaceChildren(...verdict(last, attempts.length));
    } catch (error) {
      if (!isOtpError(error)) throw error;
      result.replaceChildren(note("This key has no such code yet: none of its codes has passed."));
    }
    await showState(trial);
  }

  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-try]")) {
    button.addEventListener("click", () => {
      const kind = button.dataset.try as Kind | "exhaust";
      void show((trial) => (kind === "exhaust" ? trial.exhaust() : trial.try(kind)));
    });
  }
  element("form", "own").addEventListener("submit", (event) => {
    event.preventDefault();
    void show((trial) => trial.tryOwn(own.value));
  });
  wait.addEventListener("click", async () => {
    if (trial === null) return;
    await trial.endWait();
    result.replaceChildren(note("The clock was moved to the end of the wait. The failures are still counted."));
    await showState(trial);
  });
  element("button", "reset").addEventListener("click", () => {
    if (loaded !== null) start(loaded);
  });

  return start;
}

async function showState(trial: Trial | null): Promise<void> {
  const status = await trial?.status();
  wait.hidden = (status?.retryAt ?? null) === null;
  element("h3", "log-heading").hidden = log.childElementCount === 0;
  if (trial === null || status === undefined) {
    state.textContent = "";
    return;
  }
  const ahead = Math.round(trial.aheadMs() / 1000);
  const clock = ahead === 0 ? "that of your computer" : `${ahead} s ahead of your computer's`;
  const until =
    status.retryAt === null ? "" : ` Attempts wait until ${formatTime(status.retryAt)} of the guard's clock.`;
  state.textContent = `Consecutive failures: ${status.failures}. The clock of the guard is ${clock}.${until}`;
}

function verdict({ code, outcome, explanation }: Attempt, attempts: number): Node[] {
  const name = outcome.ok ? "accepted" : outcome.reason;
  const heading = create("p", create("strong", outcome.ok ? "Accepted" : "Refused"), ` ${quote(code)}`);
  heading.append(outcome.ok ? "" : ": ", outcome.ok ? "" : create("code", name));
  heading.classList.add("verdict", outcome.ok ? "good" : "bad");
  const many = attempts > 1 ? `After ${attempts} attempts: ` : "";
  return [heading, create("p", many + explanation)];
}

function entry({ kind, code, outcome }: Attempt): HTMLLIElement {
  const answer = outcome.ok ? "accepted" : outcome.reason;
  const text = create("code", answer);
  const item = create("li", `${kind}, ${quote(code)}: `, text);
  item.classList.add(outcome.ok ? "good" : "bad");
  return item;
}

function quote(code: string): string {
  if (/^[0-9]{6,10}$/.test(code)) return groupDigits(code);
  return code === "" ? "an empty text" : JSON.stringify(code.length > 24 ? `${code.slice(0, 24)}...` : code);
}

function note(text: string): HTMLParagraphElement {
  const made = create("p", text);
  made.classList.add("note");
  return made;
}
