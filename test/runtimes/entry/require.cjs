// Node as CommonJS: every entry point through `require`, in a process that cannot require ES modules.
import("./inputs.js").then(async ({ entryPoints, vectors }) => {
  const { suite } = await import("./suite.js");
  const required = Object.keys(entryPoints).map((entry) => [entry, () => require(entry)]);
  console.log(JSON.stringify(await suite(Object.fromEntries(required), vectors)));
});
