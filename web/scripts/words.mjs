// Collects every text that goes through t("…") into locales/en.json, sorted; a translation is the same file with other values.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const texts = new Set();
const call = /\bt\(\s*("(?:[^"\\]|\\.)*")/g;

function walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(path);
    else if (/\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts")) {
      for (const [, text] of readFileSync(path, "utf8").matchAll(call)) texts.add(JSON.parse(text));
    }
  }
}

walk("src");
const sorted = Object.fromEntries([...texts].sort().map((text) => [text, text]));
const whole = `${JSON.stringify(sorted, null, 2)}\n`;
if (process.argv.includes("--check")) {
  if (readFileSync("locales/en.json", "utf8") !== whole) {
    console.error("locales/en.json is not what the sources say: npm run words");
    process.exit(1);
  }
} else writeFileSync("locales/en.json", whole);
