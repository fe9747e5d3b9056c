// What a page must show and do. Each check throws when it does not hold.

import assert from "node:assert/strict";
import fs from "node:fs";
import { shown } from "./browser.js";

const numeral = (text, lang) => {
  const s = shown(text, lang);
  assert.ok(s.ok, `no number in ${JSON.stringify(text)}`);
  return s;
};

/** A text on the page is this number, rounded. */
export function same(text, value, lang, what) {
  if (value === null) return assert.match(text, /–/, `${what}: ${text} for null`);
  const { value: seen, half } = numeral(text, lang);
  assert.ok(Math.abs(seen - value) <= half + 1e-9 * Math.abs(value), `${what}: the page says ${text}, the report ${value}`);
}

/** A text on the page is this number, rounded against the claim: a bound down, a gap up. */
function claimed(text, value, way, lang, what) {
  if (value === null) return assert.match(text, /–/, `${what}: ${text} for null`);
  const { value: seen, half } = numeral(text, lang);
  const off = way * (seen - value);
  const slack = 1e-8 * Math.max(1, Math.abs(value));
  assert.ok(off >= -slack && off <= 2 * half + slack, `${what}: the page says ${text}, the report ${value}`);
}

const texts = (page, selector) => page.locator(selector).allTextContents();
const text = (page, selector) => page.locator(selector).first().textContent();

/** Every figure of the page equals the report's. */
export async function numbers(page, report, lang) {
  const measures = report.scenario.balance.map((b) => b.measure);
  for (const [j, r] of report.territories.entries()) {
    const row = await page.evaluate((at) => {
      const cells = [...document.querySelectorAll(`#table tbody tr[data-rep="${at}"] td`)];
      return Object.fromEntries(cells.map((c) => [c.dataset.key, c.textContent]));
    }, j);
    same(row.customers, r.customers, lang, `customers of ${r.rep}`);
    same(row.travel_km, r.travel_km, lang, `km of ${r.rep}`);
    same(row.travel_minutes, r.travel_minutes, lang, `minutes of ${r.rep}`);
    for (const m of measures) {
      same(row[m], r.measures[m].total, lang, `${m} of ${r.rep}`);
      same(row[m + "_target"], r.measures[m].target, lang, `target of ${r.rep}`);
      same(row[m + "_index"], r.measures[m].index, lang, `index of ${r.rep}`);
    }
    for (const counted of report.dashboard?.measures ?? []) same(row[counted.measure], counted.territories[j], lang, `${counted.measure} of ${r.rep}`);
    const bar = await texts(page, `#bars .row[data-rep="${j}"] .figure`);
    same(bar[0], r.measures[measures[0]].index, lang, `bar of ${r.rep}`);
    same(bar[1], r.measures[measures[0]].total, lang, `bar of ${r.rep}`);
  }
  const all = (list) => list.reduce((a, b) => a + b, 0);
  same(await text(page, "#kpi-customers"), all(report.territories.map((r) => r.customers)), lang, "all customers");
  same(await text(page, "#kpi-total"), all(report.territories.map((r) => r.measures[measures[0]].total)), lang, "the total");
  same((await text(page, "#objective")).split(" ")[0], report.objective.value, lang, "objective");
  const feasible = report.status !== "infeasible";
  claimed((await text(page, "#bound")).split(" ")[0], feasible ? report.bound : null, -1, lang, "bound");
  claimed(await text(page, "#gap"), feasible ? report.gap : null, 1, lang, "gap");
  for (const a of (report.advice ?? []).slice(0, 3)) if (lang === "en") assert.ok((await page.locator("#advice").textContent()).length > 0, a.text);
  if (report.today) await today(page, report.today, lang);
  await dashboard(page, report.dashboard, lang);
}

async function today(page, figures, lang) {
  for (const [id, field] of [["travel", "travel_km"], ["objective-of", "objective"], ["worst", "worst_index_deviation"]]) {
    same(await text(page, `#${id}-today`), figures.today[field], lang, `${id} today`);
    same(await text(page, `#${id}-plan`), figures.plan[field], lang, `${id} of the plan`);
  }
  same(await text(page, "#changed"), figures.changed, lang, "changed customers");
  for (const [measure, moved] of Object.entries(figures.moved)) {
    const shownAs = await page.evaluate((id) => document.getElementById(id).textContent, `moved-${measure}`);
    same(shownAs, moved.share, lang, `moved ${measure}`);
  }
  for (const [j, t] of figures.territories.entries()) {
    const row = await texts(page, `#today-table tr[data-rep="${j}"] td`);
    same(row[3], t.customers, lang, `customers of ${t.rep} today`);
    same(row[5], t.gained, lang, `gains of ${t.rep}`);
    same(row[6].replace("−", ""), t.lost, lang, `losses of ${t.rep}`);
    same(row[7], t.travel_km, lang, `km of ${t.rep} today`);
  }
}

async function dashboard(page, figures, lang) {
  for (const [at, segment] of (figures?.segments ?? []).entries()) {
    for (const [j, row] of segment.customers.entries()) {
      const line = page.locator(`#segment-${at} li[data-rep="${j}"]`);
      const whole = row.reduce((a, b) => a + b, 0);
      same(await line.locator(".figure").textContent(), whole, lang, `${segment.property} of ${j}`);
      const widths = await line.locator(".part").evaluateAll((parts) => parts.map((p) => parseFloat(p.style.width)));
      const expected = row.filter((v) => v > 0).map((v) => (100 * v) / whole);
      assert.equal(widths.length, expected.length);
      widths.forEach((w, i) => assert.ok(Math.abs(w - expected[i]) < 0.01, `${segment.property}: ${w} for ${expected[i]}`));
    }
  }
  for (const [at, c] of (figures?.competitors ?? []).entries()) {
    for (const [j, total] of c.totals.entries()) {
      const cells = await texts(page, `#competitors tr[data-rep="${j}"] td`);
      same(cells[3 * at], total, lang, `${c.property} of ${j}`);
      same(cells[3 * at + 1], c.shares[j], lang, `share ${c.property} of ${j}`);
    }
  }
}

/** A click on a territory of the map highlights its bar, and opens its figures. */
export async function clicking(page) {
  const box = await page.locator("#map").boundingBox();
  for (let y = 0.9; y > 0.1; y -= 0.05) {
    for (let x = 0.2; x < 0.85; x += 0.05) {
      await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
      const over = await page.evaluate(() => document.querySelector(".row.near")?.dataset.rep);
      if (over === undefined) continue;
      await page.mouse.click(box.x + box.width * x, box.y + box.height * y);
      const pressed = await page.locator('.row[aria-pressed="true"]').evaluateAll((rows) => rows.map((r) => r.dataset.rep));
      assert.deepEqual(pressed, [over], "the bar of the territory is pressed");
      assert.ok(await page.locator(".row.selected").isVisible(), "and in view");
      assert.equal(await page.locator(`#table tr.selected`).getAttribute("data-rep"), over);
      const title = await text(page, "#details-title");
      const label = await text(page, `.row[data-rep="${over}"] .name`);
      assert.ok(title.startsWith(label), `${label} / ${title}`);
      await page.keyboard.press("Escape");
      assert.equal(await page.locator('.row[aria-pressed="true"]').count(), 0, "Escape clears the choice");
      return;
    }
  }
  assert.fail("no territory under the pointer anywhere");
}

/** Keys alone reach the bars, and choose. */
export async function keys(page) {
  await page.locator("#bars .row").nth(1).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#bars .row").nth(1).getAttribute("aria-pressed"), "true");
  const outline = await page.locator("#bars .row").nth(1).evaluate((row) => getComputedStyle(row).outlineStyle);
  assert.notEqual(outline, "none", "the focus is seen");
  await page.keyboard.press("Escape");
  await page.locator("#map").focus();
  await page.keyboard.press("+");
  await page.locator("#zoom-fit").click();
}

/** The search finds a customer by id, tells who looks after it, and finds a rep by name. */
export async function searching(page, plan, report) {
  const data = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent));
  const at = Math.floor(data.points.id.length / 2);
  const id = data.points.id[at];
  await page.locator("#search").fill(id);
  await page.keyboard.press("Enter");
  assert.ok((await text(page, "#looked-up")).includes(data.points.name?.[at] || id));
  const line = fs.readFileSync(`${plan}/assignments.csv`, "utf8").split("\n").find((l) => l.startsWith(id + ","));
  const rep = report.territories[data.points.owner[at]];
  if (line) assert.equal(line.split(",")[1], String(rep.rep), "the owner is the plan's");
  assert.ok((await text(page, "#details-title")).includes(rep.name));
  const name = report.territories[0].name;
  await page.locator("#search").fill(name);
  await page.locator("#found li").first().click();
  assert.ok((await text(page, "#details-title")).includes(name));
  await page.locator("#search").fill("no such customer anywhere");
  assert.ok(await page.locator(".none").isVisible());
  await page.locator("#search").fill("");
  await page.keyboard.press("Escape");
  await page.locator("#search").blur();
  await page.locator("#zoom-fit").click();
}

/** The switch changes words and numbers, there and back. */
export async function switching(page, report, plain = true) {
  const heading = () => text(page, "#table-title");
  for (const [lang, title] of [["de", "Alle Zahlen"], ["en", "All figures"]]) {
    await page.locator("#lang-" + lang).click();
    assert.equal(await heading(), title);
    assert.equal(await page.locator("html").getAttribute("lang"), lang);
    await numbers(page, report, lang);
    if (plain && lang === "de") {
      for (const more of await page.locator("#quality button.link").all()) await more.click();
      assert.deepEqual(await page.locator("#notes [lang=en]").allTextContents(), [], "notes are in German");
    }
    if (plain) assert.equal(await page.locator("body").evaluate((b) => /undefined|NaN|\[object|\{\w+\}/.test(b.innerText)), false, "texts are complete");
  }
}

/** The table as a file has the report's numbers. */
export async function saving(page, report) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#csv").click()]);
  const lines = fs.readFileSync(await file.path(), "utf8").replace("\ufeff", "").trim().split("\r\n");
  assert.equal(lines.length, report.territories.length + 1);
  const head = lines[0].split(",");
  const measure = report.scenario.balance[0].measure;
  report.territories.forEach((r, j) => {
    const cells = lines[j + 1].split(",");
    assert.equal(cells[head.indexOf("rep")], String(r.rep));
    assert.equal(Number(cells[head.indexOf(measure)]), r.measures[measure].total);
    assert.equal(Number(cells[head.indexOf("customers")]), r.customers);
  });
}

/** Modes and layers change the picture of the map. */
export async function drawing(page) {
  const picture = () => page.locator("#map").screenshot();
  const seen = new Set();
  const modes = await page.locator(".switch input").count();
  for (let i = 0; i < modes; i++) {
    await page.locator(".switch label").nth(i).click();
    seen.add((await picture()).toString("base64"));
  }
  assert.equal(seen.size, modes, "every mode looks different");
  await page.locator(".switch label").first().click();
  const before = (await picture()).toString("base64");
  await page.locator(".layers label").first().click();
  assert.notEqual((await picture()).toString("base64"), before, "customers are gone");
  await page.locator(".layers label").first().click();
}
