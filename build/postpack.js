// After `npm pack`: the stubs stand in the package and not in the checkout.
import { removeStubs } from "./stubs.js";

removeStubs();
