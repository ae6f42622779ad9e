// The processes of a soak, and what they write into the ledger.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { monotonicMs } from "./factors.js";

const FILE = fileURLToPath(new URL("./client.js", import.meta.url));

export class Clients {
  answered = { redis: 0, postgres: 0 };
  jumps = 0;
  /** The last word of each process about its memory. */
  memory = new Map();
  #ledger;
  #options;
  #running = new Map();
  #started = 0;
  #placeOf = new Map();

  /** @param options - the options of each process, apart from its seed. */
  constructor(ledger, options) {
    this.#ledger = ledger;
    this.#options = options;
  }

  /** @param slot - 0 to the number of processes. The process that was there before has ended. */
  start(slot) {
    const name = ++this.#started;
    const options = JSON.stringify({ ...this.#options, seed: this.#options.seed + name });
    const child = spawn(process.execPath, [...process.execArgv, "--expose-gc", FILE, options], {
      stdio: ["pipe", "inherit", "inherit", "pipe"],
    });
    child.stdin.on("error", () => {});
    const client = { slot, name, child, heardUntil: monotonicMs(), mayEnd: false };
    const lines = createInterface({ input: child.stdio[3] });
    lines.on("line", (line) => this.#read(client, line.split(" ")));
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
    client.heardUntil = Number(at);
    if (what === "begin") {
      const [call, place, id, kind, position] = rest;
      this.#placeOf.set(`${client.name} ${call}`, place);
      this.#ledger.begin(client.name, call, Number(at), place, id, kind, Number(position));
    } else if (what === "end") {
      const [call, answer, position, failures] = rest;
      const place = this.#placeOf.get(`${client.name} ${call}`);
      this.#placeOf.delete(`${client.name} ${call}`);
      if (!answer.startsWith("!")) this.answered[place]++;
      this.#ledger.end(client.name, call, Number(at), answer, Number(position), Number(failures));
    } else if (what === "memory") {
      this.memory.set(client.slot, rest.map(Number));
    } else if (what === "jump") {
      this.jumps++;
    }
  }
}
