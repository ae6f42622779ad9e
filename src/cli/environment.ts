// Everything that a command touches outside of itself: the process in main.ts, a script in a test.

export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard input, decoded. */
  readonly input: AsyncIterable<string>;
  /** Whether a person types standard input, who ends a line with Enter and does not end the input. */
  inputIsTerminal(): boolean;
  /** Writes to standard output. */
  write(text: string): void;
  /** Writes to standard error, for messages that are not part of the output. */
  warn(text: string): void;
  /** The content of a file, decoded. */
  readFile(path: string): Promise<string>;
  /** Writes a file that only its owner can read. Rejects if the path is a link. */
  writeFile(path: string, text: string): Promise<void>;
  /** How many characters a line of the terminal holds. Undefined if the output is not a terminal that can redraw a line. */
  columns(): number | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  /** From now on Ctrl-C does not end the program but its sleep. */
  catchInterrupt(): void;
  /** True after `ms` milliseconds. False as soon as the user presses Ctrl-C or the reader of the output has closed. */
  sleep(ms: number): Promise<boolean>;
}
