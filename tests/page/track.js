// The pages of `revier track`: figures, languages, and values that look like markup.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { barriers, open } from "./browser.js";
import { same } from "./checks.js";
import * as make from "./make.js";
import { inputs, out, root, solve, tiny, track } from "./plans.js";
import { headsAreRepeated, sheetsOf } from "./print.js";

const STATUS = {
  en: { met: "met", "on-track": "on track", behind: "behind", missed: "missed", "no-data": "no data" },
  de: { met: "erreicht", "on-track": "im Plan", behind: "im Rückstand", missed: "verfehlt", "no-data": "keine Daten" },
};

/** What a table's rows say, cell by cell, with their ids. */
const rows = (page, selector) => page.locator(selector).evaluateAll((list) => list.map((row) => ({ id: row.querySelector("button")?.id, cells: [...row.cells].map((c) => c.textContent) })));

const difference = (line) => (line.actual === null ? null : line.actual - line.expected);

/** Every figure of the page equals that of the JSON file. */
async function numbers(page, dashboard, lang) {
  for (const [at, goal] of dashboard.goals.entries()) {
    const what = (line) => `${goal.name}, ${line.rep ?? "all"}`;
    const territories = await rows(page, `#territories-${at} tbody tr`);
    assert.equal(territories.length, goal.territories.length);
    const [all] = await rows(page, `#territories-${at} tfoot tr`);
    const figures = (line, { cells }) => {
      const [, status, , share, , actual, value, gap, forecast, change] = cells;
      assert.ok(status.endsWith(STATUS[lang][line.status]), `${what(line)}: ${status} for ${line.status}`);
      same(share, line.share, lang, `share of ${what(line)}`);
      same(actual, line.actual, lang, `actual of ${what(line)}`);
      same(value, line.value, lang, `target of ${what(line)}`);
      same(gap, difference(line), lang, `difference of ${what(line)}`);
      same(forecast, line.forecast, lang, `forecast of ${what(line)}`);
      same(change, line.change, lang, `change of ${what(line)}`);
    };
    for (const line of goal.territories) figures(line, territories.find((row) => row.id === `pick-${at}-${line.rep}`));
    figures(goal.all, all);
    if (goal.all.periods.length > 0) {
      const figure = (p) => (goal.total === "sum" ? p.actual : p.to_date);
      const bodies = await rows(page, `#periods-${at} tbody tr`);
      const [foot] = await rows(page, `#periods-${at} tfoot tr`);
      for (const [j, line] of [...goal.territories, goal.all].entries()) {
        const cells = (bodies[j] ?? foot).cells;
        line.periods.forEach((p, i) => same(cells[1 + i], figure(p), lang, `${p.period} of ${what(line)}`));
        same(cells.at(-1), line.actual, lang, `all periods of ${what(line)}`);
      }
    }
    const tiles = await page.locator(`#goal-${at} .tile dd:nth-of-type(1)`).allTextContents();
    same(tiles[0], goal.all.actual, lang, `tile of ${goal.name}`);
    same(tiles[1].split(" ")[0], goal.all.share, lang, `share in the tile of ${goal.name}`);
    same(tiles[2], goal.all.forecast, lang, `forecast in the tile of ${goal.name}`);
    const good = goal.territories.filter((l) => l.status === "met" || l.status === "on-track").length;
    assert.deepEqual(tiles[3].match(/\d+/g).map(Number), [good, goal.territories.length]);
  }
}

/** The file that the page saves has the numbers of the JSON file, unrounded. */
async function saving(page, dashboard) {
  const goal = dashboard.goals[0];
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#territories-0 .controls .action").click()]);
  const lines = fs.readFileSync(await file.path(), "utf8").trim().split("\r\n");
  assert.equal(lines.length, goal.territories.length + 1);
  const head = lines[0].split(",");
  assert.deepEqual(head.slice(8), goal.all.periods.map((p) => p.period));
  goal.territories.forEach((line, j) => {
    const cells = lines[j + 1].split(",");
    const at = (name) => cells[head.indexOf(name)];
    assert.equal(at("rep"), line.rep);
    assert.equal(at("status"), line.status);
    for (const [name, value] of [["actual", line.actual], ["target", line.value], ["share", line.share], ["expected", line.expected], ["forecast", line.forecast]]) assert.equal(at(name) === "" ? null : Number(at(name)), value, `${name} of ${line.rep}`);
    line.periods.forEach((p) => assert.equal(Number(at(p.period)), goal.total === "sum" ? p.actual : p.to_date));
  });
}

/** On paper stand all goals with all their territories. */
async function printing(page, name, dashboard) {
  const stem = path.join(out, name);
  await page.pdf({ path: `${stem}.pdf`, preferCSSPageSize: true, printBackground: true });
  execFileSync("pdftoppm", ["-r", "60", "-png", `${stem}.pdf`, `${stem}-sheet`]);
  const text = sheetsOf(`${stem}.pdf`).join("");
  for (const goal of dashboard.goals) {
    assert.ok(text.includes(goal.name), `${goal.name} is on paper`);
    for (const line of goal.territories) assert.ok(text.includes(line.name), `${line.name} is on paper`);
  }
}

/** Everything that such a page must do, at a desk, in the dark and on a phone. */
async function whole(browser, { name, file, dashboard }, lang) {
  const { page, trouble, close } = await open(browser, file);
  assert.equal(await page.locator("html").getAttribute("lang"), lang);
  assert.ok((await page.title()).startsWith(dashboard.plan));
  await page.screenshot({ path: path.join(out, `${name}.png`) });
  await page.screenshot({ path: path.join(out, `${name}-all.png`), fullPage: true });
  await numbers(page, dashboard, lang);
  const other = lang === "de" ? "en" : "de";
  for (const code of [other, lang]) {
    await page.locator(`#lang-${code}`).click();
    await numbers(page, dashboard, code);
    assert.doesNotMatch(await page.locator("body").innerText(), /undefined|NaN|\[object|\{\w+\}/, "texts are complete");
  }
  assert.deepEqual(await barriers(page), [], "barriers");
  // A territory that is picked has its own course; sorting turns the order round.
  const first = dashboard.goals[0];
  const line = first.territories.at(-1);
  await page.locator("#territories-0 tbody .pick", { hasText: line.name }).first().click();
  assert.ok((await page.locator("#course-0-title").textContent()).includes(line.name));
  await page.locator("#back-0").click();
  const names = () => page.locator("#territories-0 tbody .pick").allTextContents();
  await page.locator("#sort-0-territory").click();
  const up = await names();
  await page.locator("#sort-0-territory").click();
  assert.deepEqual(await names(), up.reverse());
  for (let i = 1; i < dashboard.goals.length; i++) {
    await page.locator(`#goal-pick-${i}`).click();
    assert.ok(await page.locator(`#territories-${i}`).isVisible());
    assert.deepEqual(await barriers(page), [], `barriers of goal ${i}`);
    await page.screenshot({ path: path.join(out, `${name}-goal-${i}.png`), fullPage: true });
  }
  if (dashboard.goals.length > 1) await page.locator("#goal-pick-0").click();
  await saving(page, dashboard);
  await printing(page, name, dashboard);
  assert.deepEqual(trouble, []);
  await close();

  const dark = await open(browser, file, { colorScheme: "dark" });
  await dark.page.screenshot({ path: path.join(out, `${name}-dark.png`), fullPage: true });
  assert.deepEqual(await barriers(dark.page), [], "barriers in the dark");
  assert.deepEqual(dark.trouble, []);
  await dark.close();

  const phone = await open(browser, file, { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  await phone.page.screenshot({ path: path.join(out, `${name}-phone.png`) });
  await phone.page.screenshot({ path: path.join(out, `${name}-phone-all.png`), fullPage: true });
  const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `the page is ${wide} px wider than a phone`);
  assert.deepEqual(await barriers(phone.page), [], "barriers on a phone");
  assert.deepEqual(phone.trouble, []);
  await phone.close();
}

export const trackTests = {
  /** The German example in German, with forty territories and three quarters. */
  async track_germany(browser) {
    const plan = solve("track-germany", path.join(root, "data/germany/targets.toml"));
    await whole(browser, track("track-germany", plan, path.join(root, "data/germany/actuals.csv"), "de"), "de");
    headsAreRepeated(path.join(out, "track-germany.pdf"), /im Plan|im Rückstand/g, "Letzter");
  },

  /** Three goals, one of which counts the latest result. */
  async track_tiny(browser) {
    const plan = solve("track-tiny", path.join(tiny, "targets.toml"));
    await whole(browser, track("track-tiny", plan, path.join(tiny, "actuals.csv"), "en"), "en");
  },

  /** Texts in every field of plan, targets and results are shown, and never run; warnings are in the page's language. */
  async track_evil(browser) {
    const { scenario, results } = make.evilTargets(inputs("track-evil"));
    const found = track("track-evil", solve("track-evil", scenario), results, "de");
    const { page, trouble, close } = await open(browser, found.file);
    assert.deepEqual(found.dashboard.notes.map((note) => note.code).sort(), ["no-results", "period-at-edge", "unknown-customer", "unknown-measure"]);
    const notes = () => page.locator("#notes li").allTextContents();
    const german = ["Für das Ziel", "zählt nicht für das Ziel", "ist nicht im Plan", "zu denen es kein Ziel gibt"];
    const seen = (await notes()).join("\n");
    for (const words of german) assert.ok(seen.includes(words), `${words} in ${seen}`);
    await page.locator("#lang-en").click();
    assert.ok((await notes()).some((note) => note.includes("is not in the plan")));
    await page.locator("#lang-de").click();
    await numbers(page, found.dashboard, "de");
    const picks = await page.locator(".goal-view:not(.off) .pick").count();
    assert.ok(picks > 0);
    for (let i = 0; i < picks; i++) {
      await page.locator(".goal-view:not(.off) .pick").nth(i).click();
      await page.locator("#back-0").click();
    }
    await page.locator("#goal-pick-1").click();
    await page.locator("#goal-pick-0").click();
    await page.locator("#filter-0").selectOption({ index: 1 });
    await Promise.all([page.waitForEvent("download"), page.locator("#territories-0 .controls .action").click()]);
    assert.equal(await page.evaluate(() => window.hacked), undefined, "a value was run");
    assert.equal(await page.locator("script").count(), 2);
    assert.equal(await page.locator("#page img, #page script, #page [onload], #page [onerror]").count(), 0);
    const text = await page.locator("body").innerText();
    for (const value of make.EVIL.slice(0, 4)) assert.ok(text.includes(value), `${value} is shown as it is`);
    assert.deepEqual(await barriers(page), []);
    assert.deepEqual(trouble, []);
    await page.screenshot({ path: path.join(out, "track-evil.png"), fullPage: true });
    await close();
  },
};
