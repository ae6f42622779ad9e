// An empty file. It shows what Node takes to load any file at all.
