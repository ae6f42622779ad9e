import fc from "fast-check";

// Without this an array "of up to 300 bytes" has a dozen, and no property ever sees a key longer than a block.
fc.configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true });

// The mutation test compares its runs with one another, so that all try the same values; and it asks only whether a law
// is broken, not by which smallest example.
const seed = process.env.OTP_CORE_SEED;
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed), endOnFailure: true });
