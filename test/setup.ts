import fc from "fast-check";

// Without this an array "of up to 300 bytes" has a dozen, and no property ever sees a key longer than a block.
fc.configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true });
