// The playground: starts each section of the page, and gives the key to all of them.
import { showApps } from "./app-section.ts";
import { startCodeSection } from "./code-section.ts";
import { element } from "./elements.ts";
import { startGuardSection } from "./guard-section.ts";
import { setSource, startKeySection } from "./key-section.ts";
import { startScanSection } from "./scan-section.ts";
import { startSmsSection } from "./sms-section.ts";
import { startTheme } from "./theme.ts";

startTheme();
// From disk, the other pages of the site are not there.
for (const link of document.querySelectorAll<HTMLElement>("[data-site]")) link.hidden = location.protocol === "file:";

const showCodes = startCodeSection();
const startGuard = startGuardSection();
startKeySection((loaded) => {
  element("div", "with-key").hidden = loaded === null;
  if (loaded === null) return;
  showCodes(loaded);
  showApps(loaded);
  startGuard(loaded);
});
startScanSection(setSource);
startSmsSection();
element("button", "random").click();
