// The same engine with what React Native gets from a package. This one is for the suite only: it draws from `Math.random`.
globalThis.crypto = {
  getRandomValues(bytes) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(Math.random() * 256);
    return bytes;
  },
};

// The timers of Hermes' command line do not wait: every deadline would be over at once. React Native has real ones.
delete globalThis.setTimeout;

import("./engine.js");
