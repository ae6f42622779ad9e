// workerd, as one of its own tests: no socket is needed, and randomness is there, as in a request.
import { entryPoints, vectors } from "./inputs.js";
import { suite } from "./suite.js";

export default {
  async test() {
    console.log(JSON.stringify(await suite(entryPoints, vectors)));
  },
};
