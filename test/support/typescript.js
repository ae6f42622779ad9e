// For `node --import`: lets Node 20 run the tools of the tests, which are written in TypeScript. The paths of tsconfig.json are left out,
// so that "otp-core" is the built package and not its source.
import { register } from "tsx/esm/api";

register({ tsconfig: false });
