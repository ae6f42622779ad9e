// An engine without any platform. The program that embeds it provides `print`.
import { entryPoints, vectors } from "./inputs.js";
import { suite } from "./suite.js";

suite(entryPoints, vectors).then((report) => print(JSON.stringify(report)));
