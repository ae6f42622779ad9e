// The reading order of the site: which guides stand in which group of the sidebar, and under which name.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Each group with its documents, as paths from the root of the repository. A document that does not exist is left out. A test fails for
 * a guide that is not in this list.
 */
const GROUPS = [
  {
    text: "Get started",
    items: [
      ["guides/getting-started.md", "Get started"],
      ["guides/account.md", "The account"],
      ["guides/frameworks.md", "Frameworks"],
    ],
  },
  {
    text: "Use it",
    items: [
      ["guides/login.md", "Log-in"],
      ["guides/enrolment.md", "Enrolment"],
      ["guides/server-sent-codes.md", "Sent codes"],
      ["guides/recovery-codes.md", "Recovery codes"],
      ["guides/devices.md", "Trusted devices"],
      ["guides/stores.md", "Stores"],
      ["guides/hardware-tokens.md", "Hardware tokens"],
      ["guides/testing.md", "Testing"],
      ["guides/moving.md", "Moving from another library"],
    ],
  },
  {
    text: "Stores in detail",
    items: [
      ["guides/stores/drizzle.md", "Drizzle"],
      ["guides/stores/prisma.md", "Prisma"],
      ["guides/stores/kysely.md", "Kysely"],
      ["guides/stores/knex.md", "Knex"],
      ["guides/stores/typeorm.md", "TypeORM"],
      ["guides/stores/d1.md", "Cloudflare D1"],
      ["guides/stores/durable-objects.md", "Durable Objects"],
      ["guides/stores/upstash.md", "Upstash"],
      ["guides/stores/deno-kv.md", "Deno KV"],
      ["guides/stores/dynamodb.md", "DynamoDB"],
      ["guides/stores/nats.md", "NATS"],
      ["guides/stores/etcd.md", "etcd"],
    ],
  },
  {
    text: "Help",
    items: [
      ["guides/faq.md", "Frequent questions"],
      ["guides/troubleshooting.md", "Troubleshooting"],
    ],
  },
  {
    text: "How it works",
    items: [
      ["guides/design.md", "Design"],
      ["guides/embedding.md", "Embedding"],
      ["guides/runtimes.md", "Runtimes"],
      ["guides/performance.md", "Performance"],
      ["guides/soak.md", "Soak test"],
      ["guides/traceability.md", "From the standards to the tests"],
    ],
  },
  {
    text: "Project",
    items: [
      ["SECURITY.md", "Security"],
      ["CHANGELOG.md", "Changelog"],
      ["CONTRIBUTING.md", "Contributing"],
    ],
  },
];

export const groups = GROUPS.map(({ text, items }) => ({
  text,
  items: items
    .map(([file, name]) => ({ file, name, page: file.toLowerCase() }))
    .filter(({ file }) => existsSync(root + file)),
}));

/** Every document of the site, in reading order. */
export const documents = groups.flatMap(({ items }) => items);
