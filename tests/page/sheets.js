// The pages of `revier sheets`: no script, no request, read by a screen reader, printed on A4 with heads on every sheet.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { barriers, open } from "./browser.js";
import { out, revier, root, solve } from "./plans.js";
import { headsAreRepeated, print } from "./print.js";

export async function sheetsTests(browser) {
  const plan = solve("sheets", path.join(root, "data/germany/scenario.toml"));
  for (const lang of ["en", "de"]) {
    const dir = path.join(out, `sheets-${lang}`);
    const run = spawnSync(revier, ["sheets", plan.plan, "--out", dir, "--lang", lang], { encoding: "utf8" });
    assert.equal(run.status, 0, run.stderr);
    const pages = fs.readdirSync(dir).filter((name) => name.endsWith(".html"));
    assert.equal(pages.length, plan.report.territories.length + 1);
    for (const name of ["index.html", "01-R01.html", "40-R40.html"]) {
      const { page, trouble, close } = await open(browser, path.join(dir, name));
      assert.equal(await page.locator("html").getAttribute("lang"), lang);
      assert.deepEqual(await barriers(page), [], name);
      const territory = plan.report.territories.find((t) => name.includes(t.rep));
      if (territory) {
        const rows = async (id) => page.locator(`section[aria-labelledby=${id}] tbody tr`).count();
        assert.equal((await rows("kept")) + (await rows("gained")), territory.customers);
        assert.ok((await page.locator("svg[role=img] > title").textContent()).includes(territory.name));
        assert.ok((await page.locator("svg circle, svg path").count()) > 20);
      }
      await page.screenshot({ path: path.join(out, `sheets-${lang}-${name}.png`), fullPage: true });
      await page.setViewportSize({ width: 380, height: 800 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `${name} fits a phone`);
      if (territory) {
        // One territory of many, in a pale colour.
        await print(page, path.join(out, `sheets-${lang}-${territory.rep}`), 0.004);
        headsAreRepeated(path.join(out, `sheets-${lang}-${territory.rep}.pdf`), /C\d{5}/g, lang === "de" ? "Grund" : "Reason");
      }
      assert.deepEqual(trouble, []);
      await close();
    }
  }
}
