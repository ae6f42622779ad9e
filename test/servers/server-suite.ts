// What every suite that talks to a real server needs: the rule for machines where it is not installed.
import { describe, it } from "vitest";

/**
 * A suite that needs a program. Without it the suite is skipped by name with one line; in the continuous integration, which
 * installs what is missing, that is a failure, unless it is something that cannot be installed everywhere.
 */
export function serverSuite(
  suite: string,
  program: string,
  isInstalled: boolean,
  tests: () => void,
  anywhere = true,
): void {
  if (isInstalled) {
    describe(suite, tests);
    return;
  }
  const missing = `${suite}: ${program} is not installed`;
  if (process.env.CI && anywhere) {
    it(missing, () => {
      throw new Error(missing);
    });
    return;
  }
  console.log(`skipped: ${missing}`);
  it.skip(missing);
}
