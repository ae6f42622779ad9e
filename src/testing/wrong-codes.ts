import type { CodeFormat } from "../otp/code-format.ts";

/** Codes of the right form, one after the other, each of them none of the right ones. */
export function wrongCodes(format: CodeFormat): (right: readonly string[]) => string {
  let next = 0;
  return (right) => {
    let code: string;
    do code = format.write(next++);
    while (right.includes(code));
    return code;
  };
}

/** What users, scripts and attackers type that is not a code: spaces and dashes alone would not make it malformed. */
export function malformedCodes(format: CodeFormat): readonly string[] {
  const code = format.write(0);
  const rest = code.slice(1);
  const wide = code.replace(/[0-9]/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
  const arabic = code.replace(/[0-9]/g, (digit) => String.fromCharCode(0x660 + Number(digit)));
  return [
    "",
    " ",
    rest,
    `${code}${code.charAt(0)}`,
    `+${rest}`,
    `${rest}.`,
    `${rest}!`,
    `0x${code}`,
    `${code.slice(0, 3)},${code.slice(3)}`,
    `${code} ${code}`,
    wide,
    arabic,
    "😀".repeat(code.length),
    "undefined",
  ];
}
