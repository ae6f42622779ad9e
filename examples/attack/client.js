// Sends requests and measures how long the answers take.
const PATIENCE_MS = 30_000;

export function createClient(url) {
  const times = [];
  return {
    /** Resolves to the status and the JSON of the answer. Without an answer the status is 0. */
    async post(path, session, body, headers = { "content-type": "application/json" }) {
      const start = performance.now();
      try {
        const response = await fetch(url + path, {
          method: "POST",
          headers: { ...headers, ...session },
          body,
          redirect: "manual",
          signal: AbortSignal.timeout(PATIENCE_MS),
        });
        const text = await response.text();
        return { status: response.status, json: readJson(text) };
      } catch {
        return { status: 0, json: null };
      } finally {
        times.push(performance.now() - start);
      }
    },

    latency() {
      const sorted = times.sort((a, b) => a - b);
      const at = (share) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
      return { count: sorted.length, p50: at(0.5), p99: at(0.99) };
    },
  };
}

function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
