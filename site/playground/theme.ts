// Light or dark: as the system, until the reader chooses. The choice is the one of the site.
import { element } from "./elements.ts";

/** Where VitePress keeps the choice. */
const KEY = "vitepress-theme-appearance";

export function startTheme(): void {
  const button = element("button", "theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = readChoice();
  const show = () => {
    const isDark = chosen === "dark" || (chosen !== "light" && system.matches);
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    button.setAttribute("aria-pressed", String(isDark));
  };
  button.addEventListener("click", () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // A browser may refuse storage. The choice then lasts as long as the page.
    }
    show();
  });
  system.addEventListener("change", show);
  show();
}

function readChoice(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
