// Solves a few scenarios, opens their pages in a browser, and checks what the reader sees.
//
//     REVIER=target/release/revier node tests/page/run.js [name ...]
//
// Pictures and sheets are left in target/page/.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { barriers, firstPicture, firstPictures, launch, open } from "./browser.js";
import * as checks from "./checks.js";
import * as make from "./make.js";
import { inputs, out, revier, root, solve, tiny } from "./plans.js";
import { headsAreRepeated, print } from "./print.js";
import { sheetsTests } from "./sheets.js";
import { sizeTests } from "./size.js";
import { trackTests } from "./track.js";

const wanted = process.argv.slice(2);
const germany = path.join(root, "data/germany/scenario.toml");

const tests = {
  texts() {
    const load = (lang) => {
      const source = fs.readFileSync(path.join(root, `src/report/page/text_${lang}.js`), "utf8");
      return new Function(`${source}; return TEXT_${lang.toUpperCase()};`)();
    };
    const [en, de] = [load("en"), load("de")];
    const fields = (text) => [...new Set([text].flat().flatMap((t) => t.match(/\{\w+\}/g) ?? []))].sort();
    // English has violations in words already.
    const both = Object.keys(de).filter((key) => !/^(rule|advice|one)\./.test(key));
    assert.deepEqual(both.sort(), Object.keys(en).sort());
    for (const key of both) assert.deepEqual(fields(de[key]), fields(en[key]), key);
  },

  /** Notes about files that no test here makes: each form is one that the sources have. */
  notes() {
    const source = ["notes_de.js", "notes_inputs_de.js"].map((name) => fs.readFileSync(path.join(root, "src/report/page", name), "utf8")).join("\n");
    const noteText = new Function("lang", "el", "propertyName", `${source}; return noteText;`)("de", (_, __, text) => ({ english: text }), (name) => name);
    const notes = [
      ['the sheet "Kunden" was read: the first one has no columns for the id and the coordinates', "Gelesen wurde das Blatt „Kunden“: Das erste hat keine Spalten für Schlüssel und Koordinaten"],
      ['the sheet "Alt" is hidden, and was not looked at, though its columns fit', "Das Blatt „Alt“ ist ausgeblendet und blieb ungelesen, obwohl seine Spalten passen"],
      ['the layer "k" is read, the only one of points; the layers are: k (POINT, 1,200 rows) and u (POLYGON, 3 rows)', "Gelesen wird die Ebene „k“, die einzige mit Punkten; die Ebenen sind: k (POINT, 1,200 Zeilen) und u (POLYGON, 3 Zeilen)"],
      ["there is no .prj beside the .shp: the coordinates are read as degrees of WGS 84", "Neben der .shp-Datei fehlt die .prj-Datei: Die Koordinaten werden als Grad in WGS 84 gelesen"],
      ["the coordinates are in EPSG:25832, and were converted to WGS 84", "Die Koordinaten sind in EPSG:25832 angegeben und wurden als WGS 84 gelesen"],
      ["`Umsatz` and `Erlös` may all be `revenue`; the columns are: id, Umsatz (3), Erlös (4); none of them is read", "`Umsatz` und `Erlös` können „revenue“ sein; die Spalten sind: id, Umsatz (3), Erlös (4); keine davon wird gelesen"],
      ["[9.5, 70] is outside the boundary", "[9.5, 70] liegt außerhalb der Grenze"],
      ["the borders of 2 units do not fit, by up to 0.45 m, and were joined at 1 place: a and b", "Die Ränder von 2 Einheiten passen nicht aneinander, um bis zu 0,45 m, und wurden an 1 Stelle verbunden: a und b"],
      ['overlaps unit "b" by 1.250 km2, up to 30.0 m wide: "a" has it on the map', "überlappt die Einheit „b“ um 1,250 km², bis zu 30,0 m breit: Auf der Karte hat es „a“"],
      ['no customer has the industry "Farma": what stands there has no effect', 'Kein Kunde hat bei „industry“ den Wert "Farma": Was dort steht, bewirkt nichts'],
      ["1 customer is in no team, and no plan has them: C1", "1 Kunde gehört zu keinem Team und steht in keinem Plan: C1"],
      ["no rep has a region: the section does nothing", "Kein Betreuer hat eine Region: Der Abschnitt bewirkt nichts"],
      ["no customer has a region: regions keep no customer from any rep", "Kein Kunde hat eine Region: Die Regionen halten keinen Kunden von einem Betreuer fern"],
      ["the table has nothing for any customer and rep: fit.xlsx (Passung) by industry", "Die Tabelle hat für keinen Kunden und Betreuer etwas: fit.xlsx (Passung) nach industry"],
      ["1 of 4 reps have no region, and may have customers of every region: R2", "1 von 4 Betreuern hat keine Region und darf Kunden aller Regionen haben: R2"],
      ["2 of 4 reps have no region, and count into none: R1 and R2", "2 von 4 Betreuern haben keine Region und zählen zu keiner: R1 und R2"],
      ["1,50 is read as 1.5, as the numbers of the other columns are written", "1,50 wird als 1,5 gelesen, wie die Zahlen der anderen Spalten geschrieben sind"],
    ];
    for (const [english, german] of notes) assert.equal(noteText(`k.csv, feature 4 (id "C4"): ${english}`), `k.csv, Zeile 4 (id „C4“): ${german}`);
  },

  bytes() {
    const pages = ["1", "2"].map((threads) => fs.readFileSync(solve(`germany-${threads}`, germany, { flags: ["--threads", threads] }).file));
    assert.ok(pages[0].equals(pages[1]), "the same inputs give the same page");
    assert.ok(pages[0].length < 6e6);
  },

  async germany(browser) {
    const plan = solve("germany", germany);
    await whole(browser, plan, 1000);
    const { page, trouble, close } = await open(browser, plan.file);
    await checks.saving(page, plan.report);
    await checks.keys(page);
    await print(page, path.join(out, "germany"));
    headsAreRepeated(path.join(out, "germany.pdf"), /\(R\d\d\) +\d/g, "Mean");
    assert.deepEqual(trouble, []);
    await close();
  },

  async tiny(browser) {
    await whole(browser, solve("tiny", path.join(tiny, "scenario.toml")), 1000);
  },

  async infeasible(browser) {
    const plan = solve("infeasible", make.infeasible(inputs("infeasible"), tiny), { status: 3 });
    assert.equal(plan.report.status, "infeasible");
    await whole(browser, plan, 1000);
    const { page, close } = await open(browser, plan.file);
    const banner = await page.locator("#infeasible").innerText();
    assert.ok(banner.includes(plan.report.violations[0].text), banner);
    const reasons = await page.locator("#notes").innerText();
    for (const note of plan.report.notes.slice(0, 8)) assert.ok(reasons.includes(note), note);
    await page.locator("#lang-de").click();
    await page.screenshot({ path: path.join(out, "infeasible-de.png"), fullPage: true });
    await close();
  },

  /** What was made of a German spreadsheet is told in German. */
  async german(browser) {
    const plan = solve("german", make.german(inputs("german"), tiny));
    const said = plan.report.notes.join("\n");
    for (const part of ["decimal comma", "Windows-1252", "from the middle of the customers", "the header is row 2"]) assert.ok(said.includes(part), said);
    const { page, trouble, close } = await open(browser, plan.file);
    await checks.switching(page, plan.report);
    await page.locator("#lang-de").click();
    const notes = await page.locator("#notes").innerText();
    for (const part of ["Dezimalkomma in „", "in Windows-1252 geschrieben", "von der Mitte der Kunden entfernt"]) assert.ok(notes.includes(part), notes);
    assert.deepEqual(trouble, []);
    await close();
  },

  async many(browser) {
    const plan = solve("many", make.many(inputs("many"), 100_000, 60));
    assert.ok(fs.statSync(plan.file).size < 6e6);
    await whole(browser, plan, 4000);
    const { page, close } = await open(browser, plan.file);
    const told = await page.locator("#thinned").innerText();
    assert.match(told, /50,000 of 100,000/);
    await close();
  },

  /** Of a million customers the page shows a part, and counts all. */
  async million(browser) {
    const plan = solve("million", make.many(inputs("million"), 1_000_000, 200));
    assert.ok(fs.statSync(plan.file).size < 6e6, "a million customers make 6 MB at most");
    const { page, trouble, close } = await open(browser, plan.file);
    await checks.numbers(page, plan.report, "en");
    assert.equal(plan.report.territories.reduce((all, r) => all + r.customers, 0), 1_000_000);
    assert.match(await page.locator("#thinned").innerText(), /50,000 of 1,000,000/);
    await checks.searching(page, plan.plan, plan.report);
    assert.deepEqual(await barriers(page), []);
    await page.screenshot({ path: path.join(out, "million.png") });
    assert.deepEqual(trouble, []);
    await close();
    await inTime(browser, plan, 4000);
    // Pages and pictures are kept, half a gigabyte of rows is not.
    for (const name of ["assignments.csv", "assignments.geojson"]) fs.unlinkSync(path.join(plan.plan, name));
    fs.unlinkSync(path.join(inputs("million"), "customers.csv"));
  },

  /** The clock of the first picture notices a page that is busy, and a map that comes after the rest. */
  async clock(browser) {
    const plan = solve("clock", path.join(tiny, "scenario.toml"));
    const busy = () => {
      const end = performance.now() + 1500;
      while (performance.now() < end);
    };
    const late = () => {
      const frame = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (draw) => setTimeout(() => frame(draw), 1500);
    };
    for (const slow of [busy, late]) {
      const { page, close } = await open(browser, plan.file, {}, (page) => page.addInitScript(slow));
      const time = await firstPicture(page);
      assert.ok(time >= 1500, `${time} ms for a page that takes 1500 (${slow.name})`);
      await close();
    }
  },

  /** Plans to choose from are shown when a report has them: those of a run, and then some of every kind. */
  async frontier(browser) {
    const plan = solve("frontier", path.join(tiny, "scenario.toml"), { flags: ["--frontier", "change"] });
    const found = plan.report.frontier;
    assert.ok(found.length > 2);
    const own = await open(browser, plan.file);
    const cells = await own.page.locator("#frontier tbody tr").evaluateAll((list) => list.map((row) => [...row.cells].map((c) => c.textContent)));
    assert.equal(cells.length, found.length);
    found.forEach((row, i) => {
      const figures = [row.max_share, row.moved_share, row.objective, row.travel_km, row.worst_index_deviation];
      figures.forEach((figure, at) => (figure === null ? assert.equal(cells[i][at], "no limit") : checks.same(cells[i][at], figure, "en", `row ${i} of the frontier`)));
    });
    assert.deepEqual(own.trouble, []);
    await own.close();
    const row = (max_share, objective, status = "optimal") => ({ max_share, moved_share: max_share * 0.9, objective, travel_km: objective / 100, worst_index_deviation: 0.04, status });
    const rows = [row(0.05, 5200), row(0.1, 4900), row(0.2, 4700), { ...row(0.3, 4650), max_share: null }, row(0, 0, "infeasible")];
    const level = (tolerance, rows) => rows.map((r) => ({ tolerance, ...r, objective: r.objective * (1.1 - tolerance) }));
    const still = (tolerance, objective) => ({ ...row(null, objective), tolerance, moved_share: 0 });
    const kinds = {
      frontier: rows,
      frontierBalance: [still(0.005, 5400), still(0.02, 5000), still(0.05, 4900)],
      frontierGrid: [...level(0.01, rows.slice(0, 4)), ...level(0.05, rows.slice(0, 4))],
    };
    for (const [name, rows] of Object.entries(kinds)) {
      const html = fs.readFileSync(plan.file, "utf8").replace(/"frontier":\[[^\]]*\]/, `"frontier":${JSON.stringify(rows)}`);
      const file = path.join(out, `${name}.html`);
      fs.writeFileSync(file, html);
      const { page, trouble, close } = await open(browser, file);
      assert.equal(await page.locator("#frontier tbody tr").count(), rows.length);
      assert.equal(await page.locator("#frontier circle").count(), rows.filter((r) => r.status !== "infeasible").length);
      assert.equal(await page.locator("#frontier polyline").count(), name === "frontierGrid" ? 2 : 1);
      const cells = await page.locator("#frontier tbody tr").nth(1).innerText();
      assert.ok(cells.includes({ frontier: "4,900", frontierBalance: "±2.0%", frontierGrid: "±1.0%" }[name]), cells);
      assert.deepEqual(await barriers(page), []);
      assert.deepEqual(trouble, []);
      await page.locator("#frontier").screenshot({ path: path.join(out, `${name}.png`) });
      await close();
    }
  },

  /** Goals of the territories, with their values and whether they are met. */
  async targets(browser) {
    const plan = solve("targets", path.join(root, "data/germany/targets.toml"));
    const goals = plan.report.targets;
    assert.ok(goals.length > 0);
    const { page, trouble, close } = await open(browser, plan.file);
    const name = goals[0].name;
    for (const goal of goals.filter((g) => g.name === name)) {
      const j = plan.report.territories.findIndex((r) => r.rep === goal.rep);
      const cells = await page.locator(`#target-0 tr[data-rep="${j}"] td`).allTextContents();
      checks.same(cells[0], goal.base, "en", `base of ${goal.rep}`);
      checks.same(cells[1], goal.value, "en", `target of ${goal.rep}`);
      assert.match(cells[4], goal.met === null ? /–/ : goal.met ? /✓ met/ : /not yet met/);
    }
    assert.deepEqual(await barriers(page), []);
    await checks.switching(page, plan.report);
    assert.deepEqual(trouble, []);
    await page.locator("#target-0").screenshot({ path: path.join(out, "targets.png") });
    await close();
  },

  /** Map tiles are asked for where the scenario names them, and nothing else is. */
  async tiles(browser) {
    const dir = inputs("tiles");
    fs.mkdirSync(dir, { recursive: true });
    const scenario = fs.readFileSync(path.join(tiny, "scenario.toml"), "utf8").replace(/"(customers|reps)\.geojson"/g, (_, name) => JSON.stringify(path.join(tiny, `${name}.geojson`)));
    const file = path.join(dir, "scenario.toml");
    fs.writeFileSync(file, `${scenario}\n[dashboard]\ntiles = "https://{s}.tiles.example/{z}/{x}/{y}.png"\n`);
    const plan = solve("tiles", file);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const asked = [];
    await context.route(/^https?:/, (route) => (asked.push(route.request().url()), route.abort()));
    const page = await context.newPage();
    await page.goto(`file://${plan.file}`);
    await page.waitForFunction(() => performance.getEntriesByName("drawn").length > 0);
    await page.waitForTimeout(500);
    assert.ok(asked.length > 0, "no tile was asked for");
    for (const url of asked) assert.match(url, /^https:\/\/[abc]\.tiles\.example\/\d+\/\d+\/\d+\.png$/);
    await context.close();
  },

  /** Without --lang the page opens in the language of the environment. */
  languages() {
    for (const [locale, lang] of [["de_AT.UTF-8", "de"], ["fr_FR.UTF-8", "en"], ["C", "en"]]) {
      const plan = path.join(out, "plans/language");
      const env = { ...process.env, LC_ALL: "", LC_MESSAGES: "", LANG: locale };
      const run = spawnSync(revier, ["solve", path.join(tiny, "scenario.toml"), "--out", plan], { env });
      assert.equal(run.status, 0);
      assert.match(fs.readFileSync(path.join(plan, "report.html"), "utf8"), new RegExp(`<html lang="${lang}">`));
    }
    const wrong = spawnSync(revier, ["solve", path.join(tiny, "scenario.toml"), "--lang", "fr"], { encoding: "utf8" });
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /write en or de/);
  },

  async evil(browser) {
    const plan = solve("evil", make.evil(inputs("evil")));
    const { page, trouble, close } = await open(browser, plan.file);
    const scripts = await page.locator("script").count();
    await checks.clicking(page);
    await checks.searching(page, plan.plan, plan.report);
    await checks.drawing(page);
    await checks.switching(page, plan.report, false);
    for (const details of await page.locator("summary, button.link").all()) await details.click();
    const box = await page.locator("#map").boundingBox();
    for (let i = 0; i < 40; i++) await page.mouse.move(box.x + box.width * (0.2 + (i % 8) * 0.08), box.y + box.height * (0.2 + Math.floor(i / 8) * 0.12));
    await Promise.all([page.waitForEvent("download"), page.locator("#csv").click()]);
    assert.equal(await page.evaluate(() => window.hacked), undefined, "a value was run");
    assert.equal(await page.locator("script").count(), scripts);
    assert.equal(scripts, 3);
    assert.equal(await page.locator("#page img, #page script, #page [onload], #page [onerror]").count(), 0);
    const seen = await page.locator("body").innerText();
    for (const value of make.EVIL.slice(0, 4)) assert.ok(seen.includes(value), `${value} is shown as it is`);
    assert.ok((await page.title()).startsWith(plan.report.scenario.name.slice(0, 40)));
    assert.deepEqual(trouble, []);
    await page.screenshot({ path: path.join(out, "evil.png"), fullPage: true });
    await close();
  },

  ...trackTests,
  size: sizeTests,
  sheets: sheetsTests,
};

/** Everything that every page must do, at a desk and on a phone. */
async function whole(browser, plan, limit) {
  const { page, trouble, close } = await open(browser, plan.file);
  await page.screenshot({ path: path.join(out, `${plan.name}.png`) });
  await page.screenshot({ path: path.join(out, `${plan.name}-all.png`), fullPage: true });
  assert.equal(await page.locator("h1").textContent().then((t) => t.includes(plan.report.scenario.name)), true);
  assert.deepEqual(await barriers(page), [], "barriers");
  await checks.numbers(page, plan.report, "en");
  await checks.switching(page, plan.report);
  await checks.clicking(page);
  await checks.searching(page, plan.plan, plan.report);
  await checks.drawing(page);
  assert.deepEqual(trouble, []);
  await close();

  const dark = await open(browser, plan.file, { colorScheme: "dark" });
  await dark.page.screenshot({ path: path.join(out, `${plan.name}-dark.png`) });
  assert.deepEqual(await barriers(dark.page), [], "barriers in the dark");
  assert.deepEqual(dark.trouble, []);
  await dark.close();

  const phone = await open(browser, plan.file, { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  await phone.page.screenshot({ path: path.join(out, `${plan.name}-phone.png`) });
  await phone.page.screenshot({ path: path.join(out, `${plan.name}-phone-all.png`), fullPage: true });
  const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `the page is ${wide} px wider than a phone`);
  assert.deepEqual(await barriers(phone.page), [], "barriers on a phone");
  assert.deepEqual(phone.trouble, []);
  await phone.close();

  await inTime(browser, plan, limit);
}

/** Whether the first picture comes within `limit` ms. */
async function inTime(browser, plan, limit) {
  const times = await firstPictures(browser, plan.file, limit);
  const best = Math.min(...times);
  console.log(`  first picture after ${Math.round(best)} ms (${times.map(Math.round).join(", ")}), ${(fs.statSync(plan.file).size / 1e6).toFixed(2)} MB`);
  assert.ok(best < limit, `the first picture took ${best} ms, ${limit} are the most`);
}

for (const tool of [[revier, ["--version"]], ["pdftoppm", ["-v"]]]) execFileSync(...tool, { stdio: "ignore" });
const browser = await launch();
let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  if (wanted.length && !wanted.includes(name)) continue;
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
process.exitCode = failed ? 1 : 0;
