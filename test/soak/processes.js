// The processes of a soak, and what they write into the ledger.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Knowledge } from "./knowledge.js";
import { monotonicMs } from "./subjects.js";

const FILE = fileURLToPath(new URL("./process.js", import.meta.url));
/** How far the clocks of the servers are apart when they do not jump. */
const SKEWS_MS = [0, 20_000, -20_000, 5_000];

export class Processes {
  answered = { redis: 0, postgres: 0 };
  jumps = 0;
  /** The last word of each process about its memory. */
  memory = new Map();
  #ledger;
  #options;
  #knowledge = new Knowledge();
  #running = new Map();
  #started = 0;
  #placeOf = new Map();

  /** @param options - the options of each process, apart from its seed. `urls` may change. */
  constructor(ledger, options) {
    this.#ledger = ledger;
    this.#options = options;
  }

  /** @param slot - 0 to the number of processes. The process that was there before has ended. */
  start(slot) {
    const name = ++this.#started;
    const { seed } = this.#options;
    const own = { seed: seed + name, skewMs: SKEWS_MS[slot % SKEWS_MS.length] };
    const options = JSON.stringify({ ...this.#options, ...own });
    const child = spawn(process.execPath, [...process.execArgv, "--expose-gc", FILE, options], {
      stdio: ["pipe", "inherit", "inherit", "pipe"],
    });
    child.stdin.on("error", () => {});
    child.stdin.write(`${JSON.stringify({ knowledge: this.#knowledge })}\n`);
    const client = { slot, name, child, heardUntil: monotonicMs(), mayEnd: false };
    const lines = createInterface({ input: child.stdio[3] });
    lines.on("line", (line) => this.#read(client, JSON.parse(line)));
    client.closed = once(lines, "close").then(() => {
      this.#ledger.leave(name, monotonicMs());
      if (!client.mayEnd) this.#ledger.violations.push(`process ${name} ended by itself`);
      this.#running.delete(slot);
    });
    client.exited = once(child, "exit");
    this.#running.set(slot, client);
  }

  /** SIGKILL; what it wrote before is read to its end. */
  async kill(slot) {
    const client = this.#running.get(slot);
    if (client === undefined) return;
    client.mayEnd = true;
    client.child.kill("SIGKILL");
    await client.closed;
  }

  /** Tells all processes, apart from one. */
  tell(message, except) {
    const line = `${JSON.stringify(message)}\n`;
    for (const client of this.#running.values()) if (client !== except) client.child.stdin.write(line);
  }

  /** Everything that happened before this moment has been read. */
  heardUntil() {
    return Math.min(...[...this.#running.values()].map(({ heardUntil }) => heardUntil));
  }

  /** Lets each process finish its calls. Returns how many processes had to be killed instead. */
  async end(patienceMs) {
    const clients = [...this.#running.values()];
    for (const client of clients) {
      client.mayEnd = true;
      client.child.stdin.end();
    }
    let killed = 0;
    const timer = setTimeout(() => {
      for (const { child } of clients) if (child.exitCode === null && child.kill("SIGKILL")) killed++;
    }, patienceMs);
    await Promise.all(clients.flatMap(({ closed, exited }) => [closed, exited]));
    clearTimeout(timer);
    return killed;
  }

  #read(client, [what, at, ...rest]) {
    client.heardUntil = at;
    if (what === "begin") {
      const [call, place, name, claim] = rest;
      this.#placeOf.set(`${client.name} ${call}`, place);
      this.#ledger.begin(client.name, call, at, name, claim);
    } else if (what === "end") {
      const [call, answer, told] = rest;
      const place = this.#placeOf.get(`${client.name} ${call}`);
      this.#placeOf.delete(`${client.name} ${call}`);
      if (!answer.startsWith("!")) this.answered[place]++;
      this.#ledger.end(client.name, call, at, answer, told ?? undefined);
    } else if (what === "learnt") {
      this.#knowledge.learn(...rest);
      this.tell({ learnt: rest }, client);
    } else if (what === "memory") {
      this.memory.set(client.slot, rest);
    } else if (what === "jump") {
      this.jumps++;
    }
  }
}
