// The log-in on Cloudflare Workers, or on workerd. A Durable Object runs it, so that all requests meet the same state.
import { memoryStore } from "otp-core/store";
import { createLogin } from "../login/login.js";

export class Login {
  constructor(_state, env) {
    // ASSETS is inserted by build-worker.js. PBKDF2 of a worker allows 100,000 iterations at most.
    const options = { secret: env.OTP_SECRET, assets: ASSETS, iterations: 100_000 };
    this.handle = createLogin({ store: memoryStore(), ...options });
  }

  fetch(request) {
    return this.handle(request, { address: request.headers.get("cf-connecting-ip") ?? undefined });
  }
}

export default {
  fetch: (request, env) => env.LOGIN.get(env.LOGIN.idFromName("login")).fetch(request),
};
