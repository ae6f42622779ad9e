// Makes the service of a golden record: the generator uses the built package, and the test the source.

/** Bytes have no place in JSON. `{ "hex": "07.." }` stands for them. */
export const bytesOf = ({ hex }) => Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));

/**
 * @param library - the functions of the entry points.
 * @param service - for example `"guard"`.
 * @param options - as the JSON of a golden record has them.
 */
export function makeService(library, service, options, store, clock) {
  const { pepper, seal, ...rest } = options;
  const common = { store, clock, ...rest, ...(pepper === undefined ? {} : { pepper: pepper.map(bytesOf) }) };
  switch (service) {
    case "guard":
      return library.createGuard(common);
    case "passcodes":
      return library.createPasscodes(common);
    case "recovery":
      return library.createRecoveryCodes(common);
    case "limiter":
      return library.createLimiter(common);
    case "send guard":
      return library.createSendGuard(common);
    case "ocra":
      return library.createOcraGuard(common);
    case "account":
      return library.createAccounts({
        ...common,
        seal: library.createKeyBox(seal.map(({ id, bytes }) => ({ id, bytes: bytesOf(bytes) }))),
      });
    default:
      throw new Error(`no service is called ${service}`);
  }
}

/** Calls a method. What it throws is its answer, too. */
export async function answerOf(service, method, args) {
  try {
    return { resolved: (await service[method](...args)) ?? null };
  } catch (error) {
    return { rejected: error.code ?? error.name };
  }
}
