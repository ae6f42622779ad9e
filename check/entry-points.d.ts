interface Conditions {
  readonly types: string;
  readonly default: string;
}
export interface EntryPoint {
  readonly name: string;
  readonly entry: string;
  readonly source: string;
  readonly import: Conditions;
  readonly require: Conditions;
}
export const root: string;
export const manifest: Readonly<Record<string, unknown>>;
export const entryPoints: readonly EntryPoint[];
