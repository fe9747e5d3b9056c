// The planning desk in a browser: whole stories, in both languages, at a desk, on a tablet and on a phone.
//
//     REVIER=target/release/revier node tests/page/desk.js [name ...]
//
// DESK_URL names a desk that runs already, with the German example. Pictures are left in target/page/.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { barriers, shown } from "./browser.js";
import * as make from "./make.js";
import { stories } from "./welcome.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const revier = path.resolve(process.env.REVIER ?? path.join(root, "target/release/revier"));
const out = path.join(root, "target/page");
fs.mkdirSync(out, { recursive: true });

/** A desk on a scenario of its own folder, or without one in a folder; ends with `stop`. */
async function serve(scenario, cwd) {
  const args = ["serve", ...(scenario ? [scenario] : []), "--addr", "127.0.0.1:0", "--no-open"];
  const child = spawn(revier, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const url = await new Promise((done, fail) => {
    const hear = (text) => {
      said += text;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) done(found[0] + "/");
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => fail(new Error(`revier serve ended with ${code}: ${said}`)));
    setTimeout(() => fail(new Error(`no address after 120 s: ${said}`)), 120_000).unref();
  });
  const stop = () =>
    new Promise((done) => {
      child.removeAllListeners("exit");
      child.on("exit", done);
      child.kill("SIGTERM");
    });
  return { url, stop };
}

/** The German example without the rule of skills: whoever is lassoed may be given to whomever is chosen. */
function unskilled(name) {
  const file = germany(name);
  const text = fs.readFileSync(file, "utf8");
  assert.match(text, /^skills = true/m);
  fs.writeFileSync(file, text.replace(/^skills = true/m, "skills = false"));
  return file;
}

/** A folder with the German example, so that the desk writes beside a copy. */
function germany(name) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), `revier-${name}-`));
  const from = path.join(root, "data/germany");
  for (const file of ["scenario.toml", "customers.geojson", "reps.geojson", "germany.geojson", "laender.geojson"]) fs.copyFileSync(path.join(from, file), path.join(dir, file));
  return path.join(dir, "scenario.toml");
}

async function withDesk(name, scenario, story) {
  if (process.env.DESK_URL) return story(process.env.DESK_URL);
  const desk = await serve(scenario);
  try {
    // The first plan is made while the page can be looked at already; these stories begin with it.
    for (let i = 0; i < 600; i++) {
      const now = await (await fetch(desk.url + "v1/state")).json();
      if (now.status && !now.busy) break;
      await sleep(200);
    }
    await story(desk.url);
  } finally {
    await desk.stop();
  }
}

/** Opens the page and waits for its picture; `trouble` gathers what a page must not do. */
async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const trouble = [];
  page.on("console", (m) => {
    // Chromium says how slow it is without a graphics card.
    if (!/GPU stall|GL Driver Message|WebGL/.test(m.text())) trouble.push(`console ${m.type()}: ${m.text()}`);
  });
  page.on("pageerror", (e) => trouble.push(`error: ${e.stack ?? e}`));
  page.on("dialog", (d) => (trouble.push(`dialog: ${d.message()}`), d.dismiss()));
  page.on("request", (r) => !r.url().startsWith(url) && !/^(data|blob):/.test(r.url()) && trouble.push(`request: ${r.url()}`));
  await page.goto(url);
  await drawn(page);
  return { page, trouble, context, close: () => context.close() };
}

const drawn = (page) => page.waitForFunction(() => performance.getEntriesByName("drawn").length > 0);
const text = (page, selector) => page.locator(selector).first().innerText();
const whole = (page) => page.evaluate(() => document.body.innerText);

/** Draws a closed line around the middle of a rep's customers until about `n` are in it. */
async function lasso(page, n) {
  const box = await page.locator("#map").boundingBox();
  const [x, y] = [box.x + 0.5 * box.width, box.y + 0.5 * box.height];
  for (let radius = 18; radius < 200; radius *= 1.25) {
    await page.locator("#tool-lasso").click();
    await page.mouse.move(x + radius, y);
    await page.mouse.down();
    for (let a = 1; a <= 24; a++) await page.mouse.move(x + radius * Math.cos((a / 24) * 6.283), y + radius * Math.sin((a / 24) * 6.283));
    await page.mouse.up();
    const count = (await page.locator("#selected").count()) ? shown(await text(page, "#selected"), "en").value : 0;
    if (count >= n) return count;
  }
  throw new Error("nothing in the lasso");
}

/** Waits for a solve to end. */
async function solved(page) {
  await page.waitForSelector(".status.working", { timeout: 10_000 }).catch(() => {});
  await page.waitForSelector("#proof", { timeout: 120_000 });
}

const state = (page) => page.evaluate(() => fetch("/v1/state").then((r) => r.json()));

/** Waits for a state of the server. */
async function until(page, holds) {
  for (let i = 0; i < 1200; i++) {
    if (holds(await state(page))) return;
    await sleep(100);
  }
  throw new Error("the state did not come: " + holds);
}

const owners = (page) => page.evaluate(() => fetch("/v1/customers").then((r) => r.json()).then((c) => c.ids.map((id, i) => [id, c.rep[i]])));

/** A wish for customers of whom some are locked is refused, which browsers write down. */
const unexpected = (line) => !line.includes("422 (Unprocessable Entity)");

const tests = {
  /** English and German have the same texts with the same fields, and every text that the page asks for is there. */
  texts() {
    const dir = path.join(root, "src/serve/page");
    const load = (code) => new Function(`${fs.readFileSync(path.join(dir, `desk_${code}.js`), "utf8")}; return TEXT_${code.toUpperCase()};`)();
    const [en, de] = [load("en"), load("de")];
    const fields = (value) => [...new Set([value].flat().flatMap((v) => v.match(/\{\w+\}/g) ?? []))].sort();
    const german = Object.keys(de).filter((key) => !key.startsWith("property."));
    assert.deepEqual(german.sort(), Object.keys(en).filter((key) => !key.startsWith("property.")).sort());
    for (const key of german) {
      assert.equal(Array.isArray(de[key]), Array.isArray(en[key]), key);
      // A German sentence may leave out the number where there is one.
      if (!Array.isArray(de[key])) assert.deepEqual(fields(de[key]), fields(en[key]), key);
    }
    const sources = fs.readdirSync(dir).filter((f) => f.endsWith(".js"));
    for (const file of sources) {
      const source = fs.readFileSync(path.join(dir, file), "utf8");
      for (const [, key] of source.matchAll(/\bt\("([\w.-]+)"[,)]/g)) assert.ok(key in en, `${file}: ${key}`);
      assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|style="/, file);
    }
    const listed = fs.readFileSync(path.join(dir, "FILES"), "utf8").trim().split("\n");
    assert.deepEqual(listed.filter((f) => !f.includes("/")).sort(), [...sources, "desk.css", "index.html", "welcome.css", "welcome.html"].sort(), "FILES lists what there is");
  },

  /** The story of a planner: 30 customers to another rep, its price, done, repaired, undone, saved, compared, taken along. */
  async story(browser) {
    await withDesk("story", unskilled("story"), async (url) => {
      const { page, trouble, close } = await open(browser, url);
      await page.screenshot({ path: path.join(out, "desk-1440.png") });
      assert.deepEqual(await barriers(page), []);

      // A version to compare with.
      await page.locator("#tab-versions").click();
      await page.locator("#save-name").fill("Before");
      await page.locator("#save").click();
      await page.waitForSelector("#versions >> text=Before");

      const count = await lasso(page, 30);
      const before = await state(page);
      const owned = new Map(await owners(page));
      await page.screenshot({ path: path.join(out, "desk-lasso.png") });
      const target = await page.locator("#target option").nth(1).getAttribute("value");
      await page.locator("#target").selectOption(target);
      await page.locator("#give").click();
      await page.waitForSelector("#tag");
      const tag = await text(page, "#price");
      assert.match(tag, /travel|nothing/i, tag);
      assert.match(tag, /→/, "totals before and after");
      await page.screenshot({ path: path.join(out, "desk-price.png") });
      assert.deepEqual(await barriers(page), [], "barriers beside a price");
      assert.deepEqual((await state(page)).version, before.version, "a price changes nothing");

      await page.locator("#apply").click();
      await page.waitForSelector("#price", { state: "detached" });
      const after = await state(page);
      assert.equal(after.stale, true);
      assert.equal(after.wishes.length, before.wishes.length + 1);
      const changed = (await owners(page)).filter(([id, rep]) => owned.get(id) !== rep);
      assert.ok(changed.length > 0 && changed.length <= count);
      for (const [, rep] of changed) assert.equal(rep, Number(target));

      await page.locator("#repair").click();
      await solved(page);
      await until(page, (s) => !s.stale && !s.busy);
      const repaired = new Map(await owners(page));
      for (const [id] of changed) assert.equal(repaired.get(id), Number(target), `${id} stays where it was wished`);
      await page.screenshot({ path: path.join(out, "desk-repaired.png") });

      await page.locator("#tab-wishes").click();
      assert.equal(await page.locator("#wishes li").count(), after.wishes.length);
      await page.locator("#tab-versions").click();
      await page.locator("#save-name").fill("With the wish");
      await page.locator("#save").click();
      await page.waitForSelector("#versions >> text=With the wish");
      await page.locator("#compare-a").selectOption("Before");
      await page.locator("#compare-b").selectOption("With the wish");
      await page.locator("#compare").click();
      await page.waitForSelector("#differences");
      const moved = [...repaired].filter(([id, rep]) => owned.get(id) !== rep).length;
      assert.equal(shown(await text(page, "#moved"), "en").value, moved);
      const sum = (await page.locator("#matrix tbody tr td:nth-child(3)").allInnerTexts()).reduce((all, cell) => all + shown(cell, "en").value, 0);
      assert.equal(sum, moved);
      await page.screenshot({ path: path.join(out, "desk-compare.png") });
      assert.deepEqual(await barriers(page), [], "barriers beside a comparison");

      // Undo and redo by keys: the wish goes and comes.
      await page.locator("#proof").click();
      const key = async (keys) => {
        const { version } = await state(page);
        await page.keyboard.press(keys);
        await until(page, (s) => s.version !== version);
      };
      for (let i = 0; i < 12 && (await state(page)).wishes.length > before.wishes.length; i++) await key("Control+z");
      assert.equal((await state(page)).wishes.length, before.wishes.length, "undo takes the wish back");
      for (let i = 0; i < 12 && (await state(page)).redo; i++) await key("Control+Shift+z");
      assert.deepEqual((await state(page)).wishes.map((w) => [w.kind, w.count]), after.wishes.map((w) => [w.kind, w.count]), "redo brings it back");

      // The version of before brings every customer back.
      await page.locator('[id="open-Before"]').click();
      await page.waitForSelector(".note.good >> text=is open");
      assert.deepEqual((await owners(page)).filter(([id, rep]) => owned.get(id) !== rep), [], "every customer is back");

      const files = page.locator("#files");
      await files.click();
      const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#export-csv").click()]);
      assert.ok(fs.statSync(await file.path()).size > 0);
      await page.keyboard.press("Escape");

      const now = await owners(page);
      await page.reload();
      await drawn(page);
      assert.deepEqual(await owners(page), now, "a reload shows the same");
      assert.deepEqual(trouble, []);
      await close();
    });
  },

  /** A slider that is let go plans anew; the bars stay in their tracks; a row moves the map and lists the customers. */
  async rules(browser) {
    await withDesk("rules", germany("rules"), async (url) => {
      const { page, trouble, close } = await open(browser, url);
      await page.locator("#tab-rules").click();
      const slider = page.locator("input[type=range]").first();
      const id = await slider.getAttribute("id");
      const measure = id.replace("tolerance-", "");
      const before = await state(page);
      await slider.focus();
      await page.keyboard.press("ArrowRight");
      await until(page, (s) => s.version > before.version && !s.busy && !s.stale);
      const after = await state(page);
      const tolerance = (s) => s.measures.find((m) => m.name === measure).tolerance;
      assert.ok(tolerance(after) > tolerance(before));

      // What evenness may cost: reps get nearer to their targets, and the plan says what that takes.
      const off = (s) => s.reps.reduce((sum, r) => sum + Math.abs(r.measures[measure].total - r.measures[measure].target), 0);
      const evenness = page.locator("#evenness-" + measure);
      assert.equal(await text(page, "#evenness-value-" + measure), "as it comes");
      await evenness.focus();
      await evenness.fill("3");
      await until(page, (s) => s.version > after.version && !s.busy && !s.stale);
      const even = await state(page);
      const now = even.measures.find((m) => m.name === measure);
      assert.equal(now.deviation_budget, 0.01);
      assert.ok(now.deviation_cost > 0 && even.objective.balance > 0, JSON.stringify(now));
      assert.ok(off(even) < 0.8 * off(after), `${off(even)} of ${off(after)}`);
      assert.equal(await text(page, "#evenness-value-" + measure), "up to 1% more travel");
      assert.ok(Math.abs(even.objective.travel + even.objective.balance - even.objective.value) < 1e-6 * even.objective.value);
      assert.match(await text(page, "#proof"), /less cost would be possible|costs less/);
      // What is told of travel is travel alone.
      const more = even.objective.travel / after.objective.travel - 1;
      assert.ok(more > 0 && more < 0.015, String(more));
      const toasts = await page.locator("#tell .note").allInnerTexts();
      assert.ok(toasts.some((said) => said.includes(`Travel is ${(100 * more).toFixed(2)}% more`)), toasts.join(" | "));
      await page.screenshot({ path: path.join(out, "desk-evenness.png") });
      await page.locator("#evenness-" + measure).fill("0");
      await until(page, (s) => s.version > even.version && !s.busy && !s.stale);
      const back = (await state(page)).measures.find((m) => m.name === measure);
      assert.deepEqual([back.deviation_budget, back.deviation_cost], [null, null]);
      await page.waitForSelector("#proof");
      await page.screenshot({ path: path.join(out, "desk-rules.png") });
      assert.deepEqual(await barriers(page), []);

      await page.locator("#tab-totals").click();
      await page.locator("#sort-share").click();
      const shares = (await page.locator('#totals td[data-key="share"]').allInnerTexts()).map((cell) => shown(cell, "en").value);
      assert.deepEqual(shares, [...shares].sort((a, b) => b - a), "sorted, the greatest first");
      const clipped = await page.locator("#totals .track .bar, #totals .track .band").evaluateAll((bars) => bars.filter((b) => b.offsetLeft < -0.5 || b.offsetLeft + b.offsetWidth > b.parentElement.clientWidth + 0.5).length);
      assert.equal(clipped, 0, "no bar is clipped");
      await page.screenshot({ path: path.join(out, "desk-totals.png") });
      await page.locator("#totals tbody tr").nth(2).click();
      const rep = await text(page, "#rep-title");
      assert.ok(rep.length > 0);
      assert.ok((await page.locator("#rep-list tbody tr").count()) > 10);
      await page.waitForTimeout(900);
      await page.screenshot({ path: path.join(out, "desk-rep.png") });
      assert.deepEqual(await barriers(page), [], "barriers beside a rep");
      assert.deepEqual(trouble, []);
      await close();
    });
  },

  /** A rep falls out and comes back, a new one by a click on the map, a home base dragged; a rectangle with Shift. */
  async people(browser) {
    await withDesk("people", germany("people"), async (url) => {
      const { page, trouble, close } = await open(browser, url);
      const box = await page.locator("#map").boundingBox();
      const at = (x, y) => [box.x + x * box.width, box.y + y * box.height];
      const priced = () => page.waitForFunction(() => document.getElementById("price")?.getAttribute("aria-busy") === "false");

      await page.keyboard.down("Shift");
      await page.mouse.move(...at(0.45, 0.4));
      await page.mouse.down();
      await page.mouse.move(...at(0.5, 0.5));
      await page.mouse.move(...at(0.55, 0.6));
      await page.mouse.up();
      await page.keyboard.up("Shift");
      const some = shown(await text(page, "#selected"), "en").value;
      assert.ok(some > 10, `${some} in the rectangle`);
      await page.keyboard.press("Escape");
      assert.equal(await page.locator("#selected").count(), 0, "Escape clears the selection");

      await page.locator("#tab-totals").click();
      // Whoever keeps a locked customer cannot leave without another thought.
      const held = await page.evaluate(() => fetch("/v1/customers?columns=rep,locked").then((r) => r.json()).then((c) => [...new Set(c.rep.filter((_, i) => c.locked[i]))]));
      const free = (await state(page)).reps.findIndex((_, j) => !held.includes(j));
      await page.locator(`#totals tbody tr[data-rep="${free}"]`).click();
      await page.locator("#rep-off").click();
      await priced();
      await page.screenshot({ path: path.join(out, "desk-rep-off.png") });
      await page.locator("#apply-repair").click();
      await until(page, (s) => !s.stale && !s.busy && s.reps.some((r) => r.active === false));
      const off = (await state(page)).reps.findIndex((r) => r.active === false);
      const left = (await owners(page)).filter(([, rep]) => rep === off);
      assert.deepEqual(left, [], "nobody is left with who is away");
      await page.waitForSelector("#proof");
      await page.locator("#rep-on").click();
      await priced();
      await page.locator("#apply").click();
      await until(page, (s) => s.reps.every((r) => r.active !== false));

      const before = (await state(page)).reps;
      await page.locator("#back").click();
      await page.locator(".new-rep summary").click();
      await page.locator("#new-name").fill("Nele Neu");
      await page.locator("#new-place").click();
      await page.mouse.click(...at(0.52, 0.48));
      await page.waitForFunction(() => document.getElementById("new-lat").value !== "");
      await page.locator("#new-go").click();
      await priced();
      await page.locator("#apply").click();
      await until(page, (s) => s.reps.length > before.length);
      const fresh = (await state(page)).reps.at(-1);
      assert.equal(fresh.name, "Nele Neu");
      assert.ok(fresh.lon > 5 && fresh.lon < 16 && fresh.lat > 47 && fresh.lat < 56);

      await page.locator("#zoom-fit").click();
      await page.waitForTimeout(800);
      const sign = await page.locator('.home[data-rep="38"] .home-sign').boundingBox();
      await page.mouse.move(sign.x + 9, sign.y + 9);
      await page.mouse.down();
      await page.mouse.move(sign.x + 30, sign.y + 20, { steps: 4 });
      await page.mouse.move(sign.x + 49, sign.y + 29, { steps: 4 });
      await page.mouse.up();
      await priced();
      await page.screenshot({ path: path.join(out, "desk-moved-home.png") });
      await page.locator("#apply").click();
      await page.waitForSelector("#price", { state: "detached" });
      const moved = (await state(page)).reps[38];
      assert.ok(moved.lon > before[38].lon && moved.lat < before[38].lat, "the home base is where it was dragged to");
      for (const mode of ["today", "moves", "index"]) {
        await page.locator("#mode-" + mode).click();
        await page.waitForTimeout(400);
        await page.screenshot({ path: path.join(out, `desk-${mode}.png`) });
      }
      assert.deepEqual(await barriers(page), []);
      assert.deepEqual(trouble, []);
      await close();
    });
  },

  /** In the browser's language; no English on a German page, wherever one looks; the choice is remembered. */
  async german(browser) {
    await withDesk("german", germany("german"), async (url) => {
      const { page, trouble, close } = await open(browser, url, { locale: "de-DE" });
      assert.equal(await page.locator("html").getAttribute("lang"), "de");
      const dir = path.join(root, "src/serve/page");
      const load = (code) => new Function(`${fs.readFileSync(path.join(dir, `desk_${code}.js`), "utf8")}; return TEXT_${code.toUpperCase()};`)();
      const [en, de] = [load("en"), load("de")];
      const english = Object.keys(en).filter((k) => JSON.stringify(en[k]) !== JSON.stringify(de[k]) && !/^(property|language|export)/.test(k)).flatMap((k) => [en[k]].flat()).map((v) => v.split(/\{\w+\}/)[0].trim()).filter((v) => v.length > 9);
      const look = async (where) => {
        const seen = await whole(page);
        for (const words of english) assert.ok(!seen.includes(words), `${where}: “${words}”`);
        assert.doesNotMatch(seen, /undefined|NaN|\[object|\{\w+\}/, where);
        assert.deepEqual(await page.locator("#desk [lang=en]:not(#lang-en)").allInnerTexts(), [], where);
      };
      for (const tab of ["selection", "totals", "wishes", "rules", "versions"]) {
        await page.locator("#tab-" + tab).click();
        await look(tab);
        await page.screenshot({ path: path.join(out, `desk-de-${tab}.png`) });
      }
      await page.locator("#tab-selection").click();
      await page.locator("#filter-rep").selectOption({ index: 3 });
      await page.locator("#filter-go").click();
      await look("a selection");
      for (const kind of ["give", "never", "keep"]) {
        await page.locator("#" + kind).click();
        await page.waitForFunction(() => document.getElementById("price")?.getAttribute("aria-busy") === "false");
        await look(kind);
        await page.screenshot({ path: path.join(out, `desk-de-${kind}.png`) });
        await page.locator("#discard").click();
      }
      assert.deepEqual(await barriers(page), []);
      await page.locator("#lang-en").click();
      assert.equal(await text(page, "#tab-totals"), "Totals");
      await page.reload();
      await drawn(page);
      assert.equal(await page.locator("html").getAttribute("lang"), "en", "the choice is remembered");
      assert.deepEqual(trouble.filter(unexpected), []);
      await close();
    });
  },

  /** A tablet, a phone, and the dark. */
  async sizes(browser) {
    await withDesk("sizes", germany("sizes"), async (url) => {
      const kinds = { tablet: { viewport: { width: 1024, height: 768 }, hasTouch: true }, phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }, dark: { colorScheme: "dark" } };
      for (const [name, options] of Object.entries(kinds)) {
        const { page, trouble, close } = await open(browser, url, options);
        await page.screenshot({ path: path.join(out, `desk-${name}.png`) });
        await page.locator("#tab-totals").click();
        await page.screenshot({ path: path.join(out, `desk-${name}-totals.png`), fullPage: name === "phone" });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${name}: ${wide} px too wide`);
        assert.deepEqual(await barriers(page), [], name);
        await page.locator("#tab-selection").click();
        await page.locator("#filter-text").fill("1");
        await page.locator("#filter-go").click();
        await page.locator("#give").click();
        await page.waitForFunction(() => document.getElementById("price")?.getAttribute("aria-busy") === "false");
        await page.screenshot({ path: path.join(out, `desk-${name}-price.png`), fullPage: name === "phone" });
        const said = await page.locator("#price").innerText();
        assert.match(said, /Customer “.+” is to stay with .+\.\n/, said);
        assert.match(said, /Choose “No longer keep” for it first\./, said);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wider <= 0, `${name}: ${wider} px too wide beside a price`);
        assert.deepEqual(await barriers(page), [], name + " beside a price");
        assert.deepEqual(trouble.filter(unexpected), []);
        await close();
      }
    });
  },

  /** Another tab was faster: what it changed is said, and the selection stays. */
  async stale(browser) {
    await withDesk("stale", germany("stale"), async (url) => {
      const { page, close } = await open(browser, url);
      // Deaf to what the server tells by itself, as with a line that hangs.
      await page.locator("#filter-text").fill("C0001");
      await page.locator("#filter-go").click();
      const selected = await text(page, "#selected");
      await page.locator("#keep").click();
      await page.waitForFunction(() => document.getElementById("price")?.getAttribute("aria-busy") === "false");
      await page.route("**/v1/edits", async (route) => {
        const body = route.request().postDataJSON();
        await route.continue({ postData: JSON.stringify({ ...body, version: body.version - 1 }) });
      });
      await page.locator("#apply").click();
      await page.waitForSelector(".note.bad");
      assert.match(await text(page, ".note.bad"), /changed elsewhere/);
      assert.equal(await text(page, "#selected"), selected, "the selection stays");
      await page.unroute("**/v1/edits");
      await page.waitForFunction(() => document.getElementById("price")?.getAttribute("aria-busy") === "false");
      // Only the step itself: a price that is asked for anew meanwhile would take the button away.
      await page.route("**/v1/edits", (route) => route.abort());
      await page.locator("#apply").click();
      await page.waitForSelector(".status.bad[role=alert], .note.bad >> text=does not answer");
      await page.unroute("**/v1/edits");
      await page.waitForSelector("#proof");
      await close();
    });
  },

  /** Names that a careless page would run stay text. */
  async evil(browser) {
    if (process.env.DESK_URL) return;
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), "revier-evil-"));
    await withDesk("evil", make.evil(dir), async (url) => {
      const { page, trouble, close } = await open(browser, url);
      const scripts = await page.locator("script").count();
      for (const tab of ["totals", "wishes", "rules", "versions", "selection"]) await page.locator("#tab-" + tab).click();
      await page.locator("#filter-go").click();
      await page.locator("#give").click();
      await page.waitForFunction(() => document.getElementById("price")?.getAttribute("aria-busy") === "false");
      await page.locator("#search").fill("<img");
      await page.waitForSelector("#found li, .none:not([hidden])");
      assert.equal(await page.evaluate(() => window.hacked), undefined, "a value was run");
      assert.equal(await page.locator("script").count(), scripts);
      assert.equal(await page.locator("#desk img, #desk script, #desk [onload], #desk [onerror]").count(), 0);
      assert.ok((await whole(page)).includes("<img src=x"));
      assert.deepEqual(trouble, []);
      await page.screenshot({ path: path.join(out, "desk-evil.png") });
      await close();
    });
  },

  /** 100,000 customers: the time to the first picture, and frames while the map is dragged. */
  async many(browser) {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), "revier-many-"));
    await withDesk("many", process.env.DESK_URL ? null : make.many(dir, 100_000, 60), async (url) => {
      const times = [];
      for (let i = 0; i < 3; i++) {
        const { page, close } = await open(browser, url);
        times.push(await page.evaluate(() => Math.round(performance.getEntriesByName("drawn")[0].startTime)));
        if (i === 2) {
          const box = await page.locator("#map").boundingBox();
          await page.evaluate(() => {
            window.frames = [];
            const count = (at) => (window.frames.push(at), requestAnimationFrame(count));
            requestAnimationFrame(count);
          });
          await page.mouse.move(box.x + 300, box.y + 300);
          await page.mouse.down();
          for (let k = 0; k < 60; k++) await page.mouse.move(box.x + 300 + 3 * k, box.y + 300 + 2 * k);
          await page.mouse.up();
          const frames = await page.evaluate(() => window.frames);
          console.log(`  ${((1000 * (frames.length - 1)) / (frames.at(-1) - frames[0])).toFixed(1)} frames a second while dragging (no graphics card here)`);
          await page.screenshot({ path: path.join(out, "desk-many.png") });
        }
        await close();
      }
      console.log(`  first picture of 100,000 customers after ${times.join(", ")} ms`);
      // Without a graphics card, as in CI, all of it is drawn in software: how fast a desk is there says little. DESK_LIMIT_MS=2000 is what a desk with one should keep.
      const limit = Number(process.env.DESK_LIMIT_MS ?? 20_000);
      assert.ok(Math.min(...times) < limit, `${Math.min(...times)} ms, ${limit} are the most`);
    });
  },
};

/** Waits until the first plan of a project is there. */
async function begun(page) {
  await drawn(page);
  await until(page, (s) => s.status && !s.busy);
  await page.waitForSelector("#proof");
}

Object.assign(tests, stories({ serve, open, out, begun }));

const wanted = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"] });
let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  // How fast 100,000 customers are drawn is a benchmark: it runs where it is named.
  if (wanted.length ? !wanted.includes(name) : name === "many") continue;
  console.log(name);
  try {
    await test(browser);
    console.log("  ok");
  } catch (error) {
    failed += 1;
    console.error(`  FAILED: ${error.stack}`);
  }
}
await browser.close();
await sleep(0);
process.exitCode = failed ? 1 : 0;
