// Builds the bundles into src/medkg/site/static/build, with the licences of what is in them.
//
//   node build.js [directory]

import { readFile, readdir, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] ?? join(here, "../src/medkg/site/static/build"));
const ENTRIES = { complete: "src/complete.js", copy: "src/copy.js", editor: "src/editor/index.js", lineage: "src/lineage/index.js" };

/** https://opensource.org/license/mit, for packages that name it and leave the text out. */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ENTRIES,
  outdir: target,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome110", "firefox115", "safari16.4"],
  charset: "utf8",
  legalComments: "none", // all of them, and more, are in LICENSES.txt
  metafile: true,
  logLevel: "warning",
});
await writeFile(join(target, "LICENSES.txt"), await licences(metafile));
for (const name of await readdir(target)) await compress(join(target, name));
for (const [file, { bytes }] of Object.entries(metafile.outputs)) console.log(`${bytes.toLocaleString("en").padStart(9)}  ${file}`);

/** What the authors of the bundled packages ask to be passed on: the licence of each package, once. */
async function licences({ inputs }) {
  const packages = new Map();
  for (const file of Object.keys(inputs)) {
    const found = file.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//);
    if (found) packages.set(found[1], join(here, found[1]));
  }
  for (const [, folder] of [...packages]) await withDependencies(folder, packages);
  const texts = await Promise.all([...packages.values()].map(licence));
  return `Parts of these scripts come from the following packages.\n\n${texts.sort().join("\n")}`;
}

/** The packages that others hold without naming them as dependencies; they are among ours for their licences. */
function within(folder) {
  const held = { "@zazuko/yasqe": ["events"], cytoscape: ["heap", "lodash"], "cytoscape-dagre": ["@dagrejs/dagre"] };
  return Object.entries(held).flatMap(([name, inside]) => (folder.endsWith(`node_modules/${name}`) ? inside : []));
}

/** Add the packages that a package was made of: some are published as one file that holds them all. */
async function withDependencies(folder, packages) {
  const { dependencies = {} } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  for (const name of [...Object.keys(dependencies), ...within(folder)]) {
    const key = `node_modules/${name}`;
    if (name.startsWith("@types/") || packages.has(key)) continue;
    packages.set(key, join(here, key));
    await withDependencies(join(here, key), packages);
  }
}

/** Name, version and licence of the package in a folder. */
async function licence(folder) {
  const { name, version, license, author, homepage } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((each) => /^(licen[cs]e|copying)/i.test(each));
  const by = typeof author === "object" ? author.name : author;
  const text = file ? await readFile(join(folder, file), "utf8") : `${homepage}\nCopyright (c) ${by}\n\n${MIT}`;
  if (!file && license !== "MIT") throw new Error(`${name} ships no licence, and ${license} is not one we have the text of`);
  const title = `${name} ${version} (${license})`;
  return `${"=".repeat(78)}\n${title}\n${"=".repeat(78)}\n${text.trim()}\n`;
}

/** Put a file beside itself as browsers take it. */
async function compress(file) {
  const bytes = await readFile(file);
  if (bytes.length < 1000) return;
  await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  await writeFile(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}
