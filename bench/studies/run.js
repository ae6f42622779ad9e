import { withPlaces } from "../store/run.js";
import { underAttack } from "./attack.js";
import { memoryOf } from "./memory.js";

/** Measurements that each answer one question: what honest users notice of an attack, and what a million subjects take in memory. */
export async function studies() {
  const attacked = await withPlaces((places) => {
    const shared = places.filter(({ name }) => name !== "memory" && name !== "sqliteFile");
    return shared.length > 0 ? underAttack(shared) : [];
  });
  console.log("");
  return [...attacked, ...(await memoryOf())];
}
