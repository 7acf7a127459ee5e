// Bundles the pages' scripts and styles. Run by `songgang assets` in a workspace that holds node_modules:
//   node build.mjs <source folder> <templates folder> <output folder>
// Output: fingerprinted files, a .gz and a .br beside each, and manifest.json (name -> file, sizes).
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import zlib from "node:zlib";
import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const [source, templates, output] = process.argv.slice(2).map((folder) => path.resolve(folder));
const modules = path.resolve("node_modules");
const shared = {
  bundle: true,
  minify: true,
  write: false,
  charset: "utf8",
  legalComments: "none",
  nodePaths: [modules],
  target: ["es2020", "chrome100", "safari15"],
  logLevel: "warning",
};

function filesUnder(folder, ending) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

async function script(name) {
  const built = await esbuild.build({ ...shared, entryPoints: [path.join(source, name)], format: "iife" });
  return built.outputFiles[0].contents;
}

async function style(name) {
  const built = await esbuild.build({
    ...shared,
    entryPoints: [path.join(source, name)],
    loader: { ".svg": "dataurl" },
    sourcemap: false,
  });
  return built.outputFiles[0].text.replace(/\/\*# sourceMappingURL.*?\*\//g, "");
}

// Tabler is 620 KB; a page needs about a tenth of it. What stays is what a template or script names.
async function purged(css) {
  const [kept] = await new PurgeCSS().purge({
    content: [...filesUnder(templates, ".html"), ...filesUnder(source, ".js")],
    css: [{ raw: css }],
    variables: true,
    keyframes: true,
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_:/-]+/g) ?? [],
    safelist: { standard: [/^htmx-/, /^is-/, /^tone-/, "show", "active", "disabled"] },
    dynamicAttributes: ["aria-current", "aria-invalid", "data-bs-theme", "open", "disabled"],
  });
  return (await esbuild.transform(kept.css, { loader: "css", minify: true, target: shared.target })).code;
}

// There is one theme, the light one: light-dark(a, b) becomes a, which older browsers understand too.
function lightOnly(css) {
  for (;;) {
    const start = css.indexOf("light-dark(");
    if (start < 0) return css;
    let depth = 0;
    let comma = -1;
    let at = start + "light-dark".length;
    for (; at < css.length; at += 1) {
      if (css[at] === "(") depth += 1;
      else if (css[at] === ")" && --depth === 0) break;
      else if (css[at] === "," && depth === 1 && comma < 0) comma = at;
    }
    css = css.slice(0, start) + css.slice(start + "light-dark(".length, comma) + css.slice(at + 1);
  }
}

// One sprite of the icons that the pages use.
function sprite() {
  const names = JSON.parse(readFileSync(path.join(source, "icons.json"), "utf8"));
  const symbols = names.map((name) => {
    const svg = readFileSync(path.join(modules, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

const made = {
  "console.js": await script("console.js"),
  "boarding.js": await script("boarding.js"),
  "boarding-worker.js": await script("boarding-worker.js"),
  "coaches.js": await script("coaches.js"),
  "flow.js": await script("flow.js"),
  "console.css": await purged(lightOnly(await style("console.css"))),
  "worker.css": await style("worker.css"),
  "icons.svg": sprite(),
  "favicon.svg": readFileSync(path.join(source, "favicon.svg")),
};

mkdirSync(output, { recursive: true });
const manifest = {};
for (const [name, given] of Object.entries(made)) {
  const bytes = Buffer.from(given);
  const { name: stem, ext } = path.parse(name);
  const file = `${stem}.${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}${ext}`;
  const gzip = zlib.gzipSync(bytes, { level: 9 });
  const brotli = zlib.brotliCompressSync(bytes, {
    params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  writeFileSync(path.join(output, file), bytes);
  writeFileSync(path.join(output, `${file}.gz`), gzip);
  writeFileSync(path.join(output, `${file}.br`), brotli);
  manifest[name] = { file, size: bytes.length, gzip: gzip.length, brotli: brotli.length };
}
writeFileSync(path.join(output, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
