// What the documentation of every public name must have. `npm run check` asks for it, and `site/reference.js` writes the reference.
import { entryPoints } from "./check/entry-points.js";

/** @type {Partial<import("typedoc").TypeDocOptions>} */
export default {
  entryPoints: entryPoints.map(({ source }) => source),
  name: "otp-core",
  readme: "README.md",
  excludePrivate: true,
  excludeInternal: true,
  disableSources: true,
  skipErrorChecking: true,
  validation: {
    notExported: true,
    invalidLink: true,
    notDocumented: true,
  },
  requiredToBeDocumented: ["Class", "Function", "Interface", "TypeAlias"],
  treatWarningsAsErrors: true,
  projectDocuments: ["guides/*.md", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md"],
};
