// Writes the reference: one page for each entry point, under the name by which programs import it.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Application, Converter } from "typedoc";
import * as markdown from "typedoc-plugin-markdown";
import { entryPoints, root } from "../check/entry-points.js";
import base from "../typedoc.config.js";

const out = fileURLToPath(new URL("pages/reference", import.meta.url));

/** The name of the folder in `src`, which TypeDoc gives to a module, and the name that programs import. */
const NAMES = new Map(entryPoints.map(({ name, entry }) => [entry.replace(/\/index$/, ""), name]));

export async function writeReference() {
  const app = await Application.bootstrapWithPlugins({
    ...base,
    entryPoints: entryPoints.map(({ source }) => root + source),
    tsconfig: `${root}tsconfig.json`,
    plugin: [markdown.load],
    readme: "none",
    projectDocuments: [],
    out,
    outputFileStrategy: "modules",
    entryFileName: "index",
    hideBreadcrumbs: true,
    hidePageHeader: true,
    hidePageTitle: false,
    // Two names of a page may have the same heading ids: `Guard.status` and `GuardStatus`. So links lead to anchors of their own.
    useHTMLAnchors: true,
    anchorPrefix: "api-",
    // What a program calls comes before what the calls take and return.
    groupOrder: ["Functions", "Classes", "Interfaces", "Type Aliases", "*"],
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    typeAliasPropertiesFormat: "table",
    classPropertiesFormat: "table",
    propertyMembersFormat: "table",
    typeDeclarationFormat: "table",
    useCodeBlocks: true,
    expandObjects: true,
    expandParameters: true,
    tableColumnSettings: { hideModifiers: true },
    logLevel: "Warn",
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const module of project.children ?? []) module.name = NAMES.get(module.name) ?? module.name;
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("TypeDoc cannot read the source");
  await app.generateOutputs(project);
  // The sidebar lists the entry points.
  rmSync(`${out}/index.md`);
  if (app.logger.hasErrors()) throw new Error("TypeDoc cannot write the reference");
}
