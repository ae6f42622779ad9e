// How the attacks reach naive-login.js.
import { createUser } from "./user.js";

export async function enrol(url) {
  const credentials = { name: crypto.randomUUID(), password: "the password of an attacker" };
  const post = async (path) => {
    const response = await fetch(url + path, { method: "POST", body: JSON.stringify(credentials) });
    return response.json();
  };
  const { secret } = await post("/api/register");
  return createUser({
    secret,
    openSession: async () => ({ cookie: `session=${(await post("/api/login")).session}` }),
  });
}
