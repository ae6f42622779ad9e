// Runs a script in QuickJS, which has nothing around it but the `print` that is put there.
import { readFileSync } from "node:fs";
import { getQuickJS } from "quickjs-emscripten";

const context = (await getQuickJS()).newContext();
context
  .newFunction("print", (text) => console.log(context.getString(text)))
  .consume((print) => {
    context.setProp(context.global, "print", print);
  });
context.unwrapResult(context.evalCode(readFileSync(process.argv[2], "utf8"))).dispose();
context.unwrapResult(context.runtime.executePendingJobs());
