type Door = typeof import("otp-core");

export function attack(
  functions: Pick<Door, "parseUri" | "inspectUri" | "parseMigration" | "decodeBase32" | "isOtpError">,
  options: { readonly seed: number; readonly count: number; readonly goOn?: (done: number) => boolean },
): {
  readonly done: number;
  readonly answers: Readonly<
    Record<"parseUri" | "inspectUri" | "parseMigration" | "decodeBase32", Readonly<Record<string, number>>>
  >;
};
