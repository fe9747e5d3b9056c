// The page of `revier size`: figures, the row that is chosen, languages, and names that look like markup.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { barriers, open } from "./browser.js";
import { same } from "./checks.js";
import { inputs, out, revier } from "./plans.js";

const HOSTILE = `<img src=x onerror=alert(1)> "R" </script>`;

/** Customers on a grid, a rep of today with a name that is markup, and what is asked about them. */
function scenario(name, sizing) {
  const dir = inputs(name);
  fs.mkdirSync(dir, { recursive: true });
  const rows = Array.from({ length: 80 }, (_, i) => `K${i},${9 + 0.2 * (i % 10)},${49 + 0.2 * Math.floor(i / 10)},${2 + (i % 3)},${1 + (i % 4)}`);
  fs.writeFileSync(path.join(dir, "customers.csv"), `id,lon,lat,workload,visits\n${rows.join("\n")}\n`);
  fs.writeFileSync(path.join(dir, "reps.csv"), `id,name,lon,lat\nR1,"${HOSTILE.replaceAll('"', '""')}",9.5,49.5\n`);
  const file = path.join(dir, "scenario.toml");
  fs.writeFileSync(file, `name = ${JSON.stringify(HOSTILE)}\ncustomers = "customers.csv"\nreps = "reps.csv"\n[travel]\nweight = "visits"\n[sizing]\n${sizing}\n`);
  return file;
}

function size(name, file, lang) {
  const dir = path.join(out, name);
  const run = spawnSync(revier, ["size", file, "--out", dir, "--lang", lang], { encoding: "utf8" });
  assert.equal(run.status, 0, `revier size ${file}: ${run.stderr}`);
  const [head, ...lines] = fs.readFileSync(path.join(dir, "curve.csv"), "utf8").trim().split("\n");
  const columns = head.split(",");
  const rows = lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [columns[i], cell])));
  return { file: path.join(dir, "report.html"), rows };
}

/** Every figure of the table is that of curve.csv. */
async function numbers(page, rows, lang, priced) {
  const shown = await page.locator("#rows tbody tr").evaluateAll((list) => list.map((row) => [...row.cells].map((c) => c.textContent)));
  assert.equal(shown.length, rows.length);
  const names = ["reps", "travel", "bound", ...(priced ? ["total_cost", "cost_bound"] : []), "gap", "free"];
  rows.forEach((row, i) =>
    names.forEach((name, at) => {
      const cell = name === "gap" ? shown[i][at].replace(/\s*%/, "") : shown[i][at];
      const found = row[name] !== "" && (row.feasible === "yes" || name === "reps");
      const value = found ? Number(row[name]) * (name === "gap" ? 100 : 1) : null;
      if (value === null) return assert.match(cell, /–/, `${name} of ${row.reps}`);
      // Bounds are rounded down, gaps up: a whole last digit.
      const claimed = name === "gap" ? 0.01 : /bound/.test(name) ? 1 : 0;
      if (claimed === 0) return same(cell, value, lang, `${name} of ${row.reps}`);
      const number = Number(lang === "de" ? cell.replaceAll(".", "").replace(",", ".") : cell.replaceAll(",", ""));
      const off = name === "gap" ? number - value : value - number;
      assert.ok(off >= -1e-3 * claimed - 1e-3 && off <= claimed + 1e-3, `${name} of ${row.reps}: ${cell} for ${value}`);
    }),
  );
}

export async function sizeTests(browser) {
  const costs = `candidates = "customers"\nfixed = ["R1"]\ncapacity = { workload = 60.0 }\ncost_per_rep = 500\ncost_per_km = 0.5`;
  const travel = `candidates = "customers"\nmin = 3\nmax = 5`;
  for (const [name, sizing, lang, priced] of [["size-costs", costs, "de", true], ["size-travel", travel, "en", false]]) {
    const { file, rows } = size(name, scenario(name, sizing), lang);
    const { page, trouble, close } = await open(browser, file);
    assert.equal(await page.locator("html").getAttribute("lang"), lang);
    assert.equal(await page.locator("h1").textContent(), HOSTILE);
    for (const code of ["en", "de"]) {
      await page.locator(`#lang-${code}`).click();
      await numbers(page, rows, code, priced);
      assert.doesNotMatch(await page.locator("body").innerText(), /undefined|NaN|\[object|\{\w+\}/, "texts are complete");
    }
    const summary = await page.locator("#summary").innerText();
    const best = rows.find((row) => row.recommended === "yes");
    assert.ok(summary.includes(`${best.reps} Mitarbeiter`), summary);
    if (priced) assert.match(summary, /zu wenige/);
    // A row that is chosen shows its bases, by the curve, by the table, and by key.
    const found = rows.filter((row) => row.feasible === "yes");
    assert.ok(found.length >= 3);
    const homes = () => page.locator("#bases rect.home").count();
    for (const row of found) {
      await page.locator(`#point-${row.reps}`).click();
      assert.equal(await homes(), Number(row.reps));
    }
    await page.locator(`#row-${found[0].reps}`).click();
    assert.equal(await homes(), Number(found[0].reps));
    await page.locator(`#point-${found[1].reps}`).focus();
    await page.keyboard.press("Enter");
    assert.equal(await homes(), Number(found[1].reps));
    assert.deepEqual(await barriers(page), [], "barriers");
    await page.screenshot({ path: path.join(out, `${name}.png`), fullPage: true });
    assert.deepEqual(trouble, []);
    await close();
    const dark = await open(browser, file, { colorScheme: "dark" });
    assert.deepEqual(await barriers(dark.page), [], "barriers in the dark");
    await dark.close();
    const phone = await open(browser, file, { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
    const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `the page is ${wide} px wider than a phone`);
    assert.deepEqual(await barriers(phone.page), [], "barriers on a phone");
    await phone.page.screenshot({ path: path.join(out, `${name}-phone.png`), fullPage: true });
    await phone.close();
  }
}
