/** Reads one key package of a PSKC file: a device and its key (RFC 6030 section 4). */
import type { Bytes } from "../../encoding/bytes.ts";
import { readAlgorithm, readProfile } from "../names.ts";
import { addSeed, type Import, type Seed, type SkipReason } from "../result.ts";
import { readBase64, readInteger, readIntegerBytes } from "../values.ts";
import { findChild, readAttribute, readText } from "../xml/path.ts";
import type { XmlElement } from "../xml/xml.ts";
import type { Opened, Opener } from "./encryption.ts";
import { allowsVerification, readValidity } from "./policy.ts";

export async function readPackage(result: Import, at: number, element: XmlElement, opener: Opener): Promise<void> {
  const seed = await readSeed(findChild(element, "DeviceInfo"), findChild(element, "Key"), opener);
  if (typeof seed !== "string") return addSeed(result, at, seed);
  const serial = readText(findChild(findChild(element, "DeviceInfo"), "SerialNo"));
  result.skipped.push({ at, serial, reason: seed });
}

async function readSeed(
  device: XmlElement | undefined,
  key: XmlElement | undefined,
  opener: Opener,
): Promise<Seed | SkipReason> {
  if (key === undefined) return "secret";
  const { type, suite } = readProfile(readAttribute(key, "Algorithm"));
  const parameters = findChild(key, "AlgorithmParameters");
  const policy = findChild(key, "Policy");
  const validity = readValidity(device, policy);
  if (type === null || validity === null || !allowsVerification(policy, type)) return "type";

  const open = async (name: string) => {
    const element = findChild(findChild(key, "Data"), name);
    return element === undefined ? null : opener.open(element);
  };
  const secret = await open("Secret");
  const counter = await open("Counter");
  const period = await open("TimeInterval");
  const drift = await open("TimeDrift");
  if ([secret, counter, period, drift].includes("mac")) return "mac";
  const suiteText = findChild(parameters, "Suite");
  return {
    type,
    serial: readText(findChild(device, "SerialNo")),
    manufacturer: readText(findChild(device, "Manufacturer")),
    model: readText(findChild(device, "Model")),
    ...validity,
    secret: secretOf(secret),
    algorithm: suiteText === undefined ? "SHA1" : readAlgorithm(suiteText.text.trim()),
    suite: suite ?? readText(suiteText),
    digits: readDigits(key, device),
    // RFC 6030 section 10.1 requires a counter, and figure 7 has none: a new token counts from 0.
    counter: counter === null ? 0 : integerOf(counter),
    period: integerOf(period),
    drift: drift === null ? 0 : integerOf(drift),
    issuer: readText(findChild(key, "Issuer")),
    account: readText(findChild(key, "FriendlyName")),
  };
}

/** The length of the codes. `null`: missing, or the codes hold something other than the digits of the algorithm. */
function readDigits(key: XmlElement, device: XmlElement | undefined): number | null {
  const format = findChild(findChild(key, "AlgorithmParameters"), "ResponseFormat");
  const length = readInteger(readAttribute(format, "Length"));
  // The schema writes CheckDigits and the text of the RFC CheckDigit: the code has one digit more, of another algorithm.
  const check = format?.attributes.get("CheckDigits") ?? format?.attributes.get("CheckDigit") ?? "false";
  if (length === null || readAttribute(format, "Encoding") !== "DECIMAL" || !/^(?:false|0)$/i.test(check)) return null;
  // A YubiKey types its id before the code, and Yubico's tool counts both: `Id` is what it types.
  const isYubico = readText(findChild(device, "Manufacturer")) === "Yubico";
  return isYubico && length > 10 ? length - readAttribute(key, "Id").length : length;
}

type Value = Opened | null;

function secretOf(value: Value): Bytes | null {
  if (value === null || typeof value === "string") return null;
  return "bytes" in value ? value.bytes : readBase64(value.text);
}

function integerOf(value: Value): number | null {
  if (value === null || typeof value === "string") return null;
  return "bytes" in value ? readIntegerBytes(value.bytes) : readInteger(value.text.trim());
}
