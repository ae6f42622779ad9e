// A page, which hands its report to the server that it came from.
import { entryPoints, vectors } from "./inputs.js";
import { suite } from "./suite.js";

await fetch("report", { method: "POST", body: JSON.stringify(await suite(entryPoints, vectors)) });
