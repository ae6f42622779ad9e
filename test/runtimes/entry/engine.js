// An engine with nothing around it: whoever embeds it has put a `print` there.
import { doors, vectors } from "./inputs.js";
import { suite } from "./suite.js";

suite(doors, vectors).then((report) => print(JSON.stringify(report)));
