// The pages of the reference, one for each entry point, in the order of `exports` in package.json.
import { entryPoints } from "../check/entry-points.js";

export const referencePages = entryPoints.map(({ name }) => ({ name, page: `reference/${name}.md` }));
