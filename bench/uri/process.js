// Writing and reading key URIs, interleaved: every call gets another key.
import { formatUri, inspectUri, parseUri } from "otp-core";
import { manySecrets } from "../inputs.js";
import { interleave } from "../interleave.js";
import { uriRivals } from "../rivals/uris.js";

const rounds = Number(process.argv[2]);
const keys = manySecrets("SHA1").map(({ text, bytes }, i) => ({
  type: "totp",
  secret: text,
  bytes,
  issuer: `Example ${i % 7}`,
  account: `user${i}@example.com`,
}));
// As they come from a scanner: one piece of text, and not the pieces that it was put together from.
const uris = keys.map((key) => Buffer.from(formatUri(key)).toString());

const ours = {
  name: "otp-core",
  prepare: (key) => key,
  format: (key) => formatUri(key),
  parse: (uri) => parseUri(uri),
};
const subjects = [ours, ...uriRivals, { name: "otp-core: inspectUri", parse: (uri) => inspectUri(uri) }];

// Only then is comparing speed fair: all write a URI of this key, and all read it.
for (const { name, prepare, format, parse } of subjects) {
  for (const [i, key] of keys.entries()) {
    const read = format === undefined ? key : parseUri(format(prepare(key)).replace(/\+/g, "%20"));
    if (read.secret !== key.secret || (format && read.account !== key.account))
      throw new Error(`${name} writes another key`);
    if (parse !== undefined && !JSON.stringify(parse(uris[i]).key ?? parse(uris[i])).includes(key.account)) {
      throw new Error(`${name} reads another key`);
    }
  }
}

const contenders = (operation) =>
  subjects
    .filter((subject) => subject[operation] !== undefined)
    .map((subject) => ({
      label: { name: subject.name },
      call: subject[operation],
      asynchronous: false,
      positions: operation === "parse" ? uris : keys.map(subject.prepare),
      codes: uris,
    }));

const results = {
  format: await interleave(contenders("format"), rounds),
  parse: await interleave(contenders("parse"), rounds),
};
process.stdout.write(JSON.stringify(results));
