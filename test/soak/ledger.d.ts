export class Ledger {
  readonly violations: string[];
  readonly judged: number;
  readonly demanded: number;
  begin(client: number, call: number, at: number, place: string, id: string, kind: string, position: number): void;
  end(client: number, call: number, at: number, answer: string, position?: number, failures?: number): void;
  leave(client: number, at: number): void;
  settle(until: number): void;
  compare(name: string, position: number, failures: number): void;
}
