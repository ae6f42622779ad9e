// `npm run demo`: the main job in the terminal, then the login in a browser. `npm run demo -- --web`: the login alone.
if (process.argv.includes("--web")) {
  await import("./login/main.js");
} else {
  await import("./terminal.js");
  // Without a terminal, a server would run for ever.
  if (process.stdout.isTTY) await import("./login/main.js");
  else console.log("npm run demo -- --web starts a login that you can try in a browser.");
}
