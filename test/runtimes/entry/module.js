// Node, Deno and Bun as ES modules.
import { doors, vectors } from "./inputs.js";
import { suite } from "./suite.js";

console.log(JSON.stringify(await suite(doors, vectors)));
