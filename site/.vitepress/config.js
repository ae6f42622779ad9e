// The settings of the site. Nothing is loaded from other hosts: fonts are those of the system, and the search runs in the page.
import { defineConfig } from "vitepress";
import { repositoryUrl } from "../links.js";
import { documents, groups } from "../order.js";
import { referencePages } from "../reference-pages.js";

const link = (page) => `/${page.replace(/\.md$/, "")}`;
const repository = repositoryUrl();

export default defineConfig({
  title: "otp-core",
  description: "Two-factor login for JavaScript and TypeScript",
  lang: "en",
  srcDir: "pages",
  outDir: "dist",
  head: [["link", { rel: "icon", type: "image/svg+xml", href: "/icon.svg" }]],
  // A file of its own, which VitePress does not know.
  ignoreDeadLinks: [/^\/playground\.html$/],
  // The search index is loaded when someone searches.
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  markdown: { theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" } },
  themeConfig: {
    logo: { src: "/icon.svg", alt: "" },
    nav: [
      { text: "Guides", link: link(documents[0].page), activeMatch: "^/guides/" },
      { text: "Reference", link: link(referencePages[0].page), activeMatch: "^/reference/" },
      { text: "Playground", link: "/playground.html", target: "_self" },
    ],
    sidebar: [
      ...groups.map(({ text, items }) => ({
        text,
        items: items.map(({ name, page }) => ({ text: name, link: link(page) })),
      })),
      {
        text: "Reference",
        items: referencePages.map(({ name, page }) => ({ text: name, link: link(page) })),
      },
    ],
    notFound: {
      title: "Page not found",
      quote: "This page does not exist, or it has moved. The search knows all pages.",
      linkText: "Go to the home page",
      linkLabel: "Go to the home page",
    },
    outline: { level: [2, 3] },
    ...(repository !== undefined && { socialLinks: [{ icon: "github", link: repository }] }),
    search: {
      provider: "local",
      options: {
        miniSearch: {
          // Guides answer a question better than the entry of a name in the reference.
          searchOptions: {
            fuzzy: 0.1,
            prefix: true,
            boostDocument: (page) => (page.startsWith("/reference/") ? 0.5 : 1),
          },
        },
      },
    },
    footer: { message: "MIT licence. This site loads nothing from other hosts and sets no cookies." },
  },
});
