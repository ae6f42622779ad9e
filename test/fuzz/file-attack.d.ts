type Tokens = typeof import("otp-core/tokens");
type Core = typeof import("otp-core");

export function attackFiles(
  functions: Pick<Tokens, "importPskc" | "importCsv" | "exportPskc"> & Pick<Core, "parseKey" | "isOtpError">,
  options: { readonly seed: number; readonly count: number; readonly goOn?: (done: number) => boolean },
): Promise<{
  readonly done: number;
  readonly answers: Readonly<Record<"importPskc" | "importCsv", Readonly<Record<string, number>>>>;
}>;
