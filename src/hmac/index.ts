export type { Bytes } from "../encoding/bytes.ts";
export { hmac } from "./hmac.ts";
export type { Algorithm, AsyncSigner, Signer } from "./signer.ts";
