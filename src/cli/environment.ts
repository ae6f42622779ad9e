/** All that a command touches outside of itself: the process in main.ts, a script in a test. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard input, decoded. */
  readonly input: AsyncIterable<string>;
  /** Standard output. */
  write(text: string): void;
  /** Standard error: what has to be said beside the output. */
  warn(text: string): void;
  /** The text of a file (UTF-8). */
  readFile(path: string): Promise<string>;
  /** Writes a file, a new one for nobody else to read. */
  writeFile(path: string, text: string): Promise<void>;
  /** How many characters a line of the terminal holds; undefined where the output is no terminal that can redraw. */
  columns(): number | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  /** From here on Ctrl-C does not end the program but its sleep. */
  catchInterrupt(): void;
  /** True after `ms` milliseconds; false as soon as nobody wants to see more: at Ctrl-C, or when the reader has closed. */
  sleep(ms: number): Promise<boolean>;
}
