// Builds static-built/: the stylesheet, the fonts and the browser scripts we do not write ourselves.
// Run by `npm run build`; nothing here reaches the network.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const built = join(root, "static-built");

const FONT_WEIGHTS = [400, 600, 700];
const FONT_SUBSETS = ["latin", "latin-ext"];

function write(name, text) {
  const target = join(built, name);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

function copy(from, name) {
  const target = join(built, name);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(modules, from), target);
}

function compileStylesheet() {
  const { css } = sass.compile(join(root, "assets/loip.scss"), {
    loadPaths: [modules],
    quietDeps: true,
    style: "compressed",
  });
  write("css/loip.css", css);
}

function copyFonts() {
  const family = "atkinson-hyperlegible-next";
  for (const weight of FONT_WEIGHTS) {
    for (const subset of FONT_SUBSETS) {
      const file = `${family}-${subset}-${weight}-normal.woff2`;
      copy(`@fontsource/${family}/files/${file}`, `fonts/${file}`);
    }
  }
  copy(`@fontsource/${family}/LICENSE`, "fonts/LICENSE");
}

// Django's hashed file names follow sourceMappingURL comments, and we ship no maps.
function copyScript(from, name) {
  const script = readFileSync(join(modules, from), "utf8");
  write(name, script.replace(/\/\/# sourceMappingURL=.*$/m, ""));
}

rmSync(built, { recursive: true, force: true });
compileStylesheet();
copyFonts();
copyScript("govuk-frontend/dist/govuk/govuk-frontend.min.js", "vendor/govuk-frontend/govuk-frontend.min.js");
copyScript("plotly.js-basic-dist-min/plotly-basic.min.js", "vendor/plotly/plotly-basic.min.js");
copy("plotly.js-basic-dist-min/LICENSE", "vendor/plotly/LICENSE");
