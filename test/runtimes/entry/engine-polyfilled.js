// The same engine with what React Native gets from a package. This one is for the suite only: it draws from `Math.random`.
globalThis.crypto = {
  getRandomValues(bytes) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(Math.random() * 256);
    return bytes;
  },
};

import("./engine.js");
