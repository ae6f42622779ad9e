// Node as CommonJS: every door through `require`, in a process that cannot require ES modules.
import("./inputs.js").then(async ({ doors, vectors }) => {
  const { suite } = await import("./suite.js");
  const required = Object.keys(doors).map((door) => [door, () => require(door)]);
  console.log(JSON.stringify(await suite(Object.fromEntries(required), vectors)));
});
