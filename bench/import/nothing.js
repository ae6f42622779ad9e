// Nothing: `import.js` measures what Node takes to load any file at all.
