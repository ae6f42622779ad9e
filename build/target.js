/** The language of the build: what Node 18 and every browser of 2022 understand. */
export const TARGET = "es2022";
