export function attackAll(
  doors: Readonly<Record<string, object>>,
  options: { readonly seed: number; readonly count: number; readonly goOn?: (done: number) => boolean },
): Promise<{
  readonly done: number;
  readonly targets: number;
  readonly outcomes: { readonly returned: number; readonly refused: number; readonly own: number };
}>;
