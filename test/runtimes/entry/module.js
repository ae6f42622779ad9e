// Node, Deno and Bun as ES modules.
import { entryPoints, vectors } from "./inputs.js";
import { suite } from "./suite.js";

console.log(JSON.stringify(await suite(entryPoints, vectors)));
