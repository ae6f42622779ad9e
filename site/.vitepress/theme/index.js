// The theme of VitePress with the fonts of the system and our colours, and with two things that it lacks.
import { useRoute } from "vitepress";
import theme from "vitepress/theme-without-fonts";
import { nextTick, onMounted, watch } from "vue";
import "./style.css";

/** @type {import("vitepress").Theme} */
export default {
  extends: theme,
  setup() {
    const route = useRoute();
    onMounted(afterPage);
    watch(() => route.data, afterPage, { flush: "post" });
  },
};

async function afterPage() {
  // A link knows that it is active only after it was drawn.
  await nextTick();
  // The home page and the page that was not found have no landmark for their content.
  const content = document.querySelector("#VPContent");
  if (content?.querySelector("main")) content.removeAttribute("role");
  else content?.setAttribute("role", "main");

  // The sidebar is longer than the window: show where the reader is.
  const links = document.querySelectorAll(".VPSidebarItem.is-active.is-link");
  [...links].at(-1)?.scrollIntoView({ block: "center" });
}
