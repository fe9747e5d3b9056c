// The desk before there is a project: files are dropped, understood, mapped, and planned; the example; projects gone on with.

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { barriers } from "./browser.js";
import { EVIL } from "./make.js";
import * as messy from "./messy.js";

const folder = (name) => fs.mkdtempSync(path.join(os.tmpdir(), `revier-${name}-`));

/** Drops files on the page, as a file manager does. */
async function drop(page, files) {
  const list = Object.entries(files).map(([name, bytes]) => [name, [...bytes]]);
  const transfer = await page.evaluateHandle((list) => {
    const transfer = new DataTransfer();
    for (const [name, bytes] of list) transfer.items.add(new File([new Uint8Array(bytes)], name));
    return transfer;
  }, list);
  for (const type of ["dragenter", "dragover", "drop"]) await page.dispatchEvent("body", type, { dataTransfer: transfer });
}

const known = (page, n) => page.waitForFunction((n) => document.querySelectorAll("article.file:not([aria-busy])").length === n, n);
const slug = (name) => encodeURIComponent(name);
const meaning = (page, file, column) => page.locator(`[id="meaning-${slug(file)}-${slug(column)}"]`);
const ready = (page) => page.waitForSelector("#start:not([disabled])");

/** The stories; `desk` has what those of the desk use, too. */
export function stories({ serve, open, out, begun }) {
  const bare = async (dir, story) => {
    const desk = await serve(null, dir);
    try {
      await story(desk.url);
    } finally {
      await desk.stop();
    }
  };
  const shot = (page, name, whole = true) => page.screenshot({ path: path.join(out, `welcome-${name}.png`), fullPage: whole });

  return {
    /** Three messy files, a column that nobody would guess, a plan, and the project again another day. */
    async welcome(browser) {
      if (process.env.DESK_URL) return;
      const dir = folder("welcome");
      await bare(dir, async (url) => {
        const { page, trouble, close } = await open(browser, url, { locale: "de-DE" });
        assert.match(await page.title(), /Vertriebsgebiete planen/);
        await shot(page, "empty");
        assert.deepEqual(await barriers(page), []);
        assert.deepEqual(fs.readdirSync(dir), [], "nothing is made before a file comes");

        await drop(page, { "Kunden 2026.csv": messy.customers(), "Vertreter.xlsx": messy.reps(), "Umriss.geojson": messy.outline(), "Liesmich.pdf": Buffer.from("x") });
        await page.waitForSelector("#coming .refused");
        assert.match(await page.locator("#coming .refused").innerText(), /Liesmich\.pdf[^]*nicht gelesen, wohl aber CSV, Excel/);
        await known(page, 3);
        const roles = await page.locator("article.file .role select").evaluateAll((all) => all.map((s) => s.value));
        assert.deepEqual(roles, ["customers", "reps", "boundary"]);
        await page.waitForSelector("#lacks-customers");
        assert.match(await page.locator("#lacks-customers").innerText(), /Schlüssel/);
        assert.ok(await page.locator("#start").isDisabled());
        await page.waitForSelector("#problems li.error");
        await shot(page, "understood");
        assert.deepEqual(await barriers(page), [], "barriers beside what was understood");
        assert.equal(await meaning(page, "Kunden 2026.csv", "Geogr. Länge").inputValue(), "lon");
        assert.equal(await meaning(page, "Kunden 2026.csv", "Jahresumsatz").inputValue(), "revenue");
        assert.equal(await meaning(page, "Vertreter.xlsx", "Kapazität").inputValue(), "capacity");
        assert.match(await page.locator("article.file").first().innerText(), /Windows-1252/);
        assert.match(await page.locator("article.file").first().innerText(), /Bäckerei Müller 1 · /);

        await meaning(page, "Kunden 2026.csv", "Kürzel").focus();
        await meaning(page, "Kunden 2026.csv", "Kürzel").selectOption("id");
        await ready(page);
        assert.match(await page.locator("#ready").innerText(), /120 Kunden und 4 Betreuer/);
        assert.equal(await page.evaluate(() => document.activeElement?.id), `meaning-${slug("Kunden 2026.csv")}-${slug("Kürzel")}`, "the focus stays");
        await page.locator("#within-Jahresumsatz").selectOption("0.2");
        await page.locator("#project-name").fill("Bayern");
        await page.locator("#project-name").press("Tab");
        await ready(page);
        await shot(page, "mapped");
        const seen = await page.evaluate(() => document.body.innerText);
        assert.doesNotMatch(seen, /undefined|NaN|\[object|\{\w+\}/);
        assert.deepEqual(await page.locator("#desk [lang=en]:not(#lang-en)").allInnerTexts(), [], "no English on a German page");

        // What was chosen is there after a reload.
        await page.reload();
        await known(page, 3);
        await ready(page);
        await page.locator("#start").click();
        await page.waitForSelector("#map");
        await begun(page);
        const state = await page.evaluate(() => fetch("/v1/state").then((r) => r.json()));
        assert.deepEqual([state.name, state.customers, state.reps.length, state.measures[0].tolerance], ["Bayern", 120, 4, 0.2]);
        assert.deepEqual(trouble.filter((line) => !line.includes("409")), []);
        await shot(page, "begun", false);
        await close();
      });
      const written = fs.readFileSync(path.join(dir, "revier-project/scenario.toml"), "utf8");
      assert.match(written, /^id = "Kürzel"$/m);
      assert.deepEqual(fs.readdirSync(path.join(dir, "revier-project/files")).sort(), ["Kunden 2026.csv", "Umriss.geojson", "Vertreter.xlsx"]);

      // Another day: the same folder has the project, with its plan.
      await bare(dir, async (url) => {
        const { page, trouble, close } = await open(browser, url);
        assert.match(await page.locator(".projects").innerText(), /Bayern/);
        await shot(page, "again");
        await page.locator("#open-0").click();
        await page.waitForSelector("#map");
        const state = await page.evaluate(() => fetch("/v1/state").then((r) => r.json()));
        assert.ok(state.status && !state.busy, "the plan is there");
        assert.deepEqual(trouble.filter((line) => !line.includes("409")), []);
        await close();
      });
    },

    /** The German example by one click. */
    async example(browser) {
      if (process.env.DESK_URL) return;
      await bare(folder("example"), async (url) => {
        const { page, trouble, close } = await open(browser, url);
        await page.locator("#example").click();
        await page.waitForSelector("#map");
        await begun(page);
        const state = await page.evaluate(() => fetch("/v1/state").then((r) => r.json()));
        assert.equal(state.customers, 5000);
        assert.deepEqual(trouble, []);
        await close();
      });
    },

    /** Names that are taken are asked about, files go again, numbers that may be read in two ways are asked for; two tabs; sizes. */
    async arrivals(browser) {
      if (process.env.DESK_URL) return;
      await bare(folder("arrivals"), async (url) => {
        const { page, trouble, close } = await open(browser, url);
        const table = (revenue) => Buffer.from(`id;lon;lat;Umsatz\nC1;9;49;${revenue}\nC2;9,5;49,5;2.300\nC3;10;50;900\n`);
        await drop(page, { "customers.csv": table("1.200"), "reps.csv": Buffer.from("id,lon,lat,capacity\nA,9,49,1.250\nB,10,50,1.250\n") });
        await known(page, 2);
        // Decimal commas stand in the coordinates: they tell how the others are read.
        await ready(page);
        await drop(page, { "customers.csv": Buffer.from("id;lon;lat;Umsatz\nC1;9;49;1.200\nC2;9.5;49.5;2.300\nC3;10;50;900\n") });
        await page.locator("text=There is a file of this name already.").waitFor();
        await shot(page, "asked");
        assert.deepEqual(await barriers(page), []);
        await page.locator('[id^="replace-"]').click();
        await page.waitForSelector("#doubt");
        assert.match(await page.locator("#doubt").innerText(), /1\.200[^]*1,200[^]*1\.2/);
        // The answer holds for other files, too: that is said before it is given, and nothing begins without it.
        assert.match(await page.locator("#doubt").innerText(), /capacity \(reps\.csv\): 1\.250 = 1,250[^]*1\.250 = 1\.25/);
        await page.waitForSelector("#ready");
        assert.ok(await page.locator("#start").isDisabled());
        await page.locator("#decimal-comma").check();
        await page.waitForFunction(() => document.querySelector("#ready") && document.querySelector("pre")?.textContent.includes('decimal = ","'));
        await shot(page, "doubt");
        await drop(page, { "customers.csv": table("1") });
        await page.locator('[id^="both-"]').click();
        await known(page, 3);
        assert.deepEqual(await page.locator("article.file h3").allInnerTexts(), ["customers.csv", "reps.csv", "customers (2).csv"]);
        await ready(page);

        // Another tab sees the same, and hears of what is taken away, and of a project that is begun.
        const other = await page.context().newPage();
        await other.goto(url);
        await known(other, 3);
        await page.locator(`[id="remove-${slug("customers (2).csv")}"]`).click();
        await known(other, 2);
        for (const [name, width, height] of [["tablet", 1024, 768], ["phone", 390, 844]]) {
          await page.setViewportSize({ width, height });
          await shot(page, name);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${name}: ${wide} px too wide`);
          assert.deepEqual(await barriers(page), [], name);
        }
        await page.emulateMedia({ colorScheme: "dark" });
        await shot(page, "dark");
        assert.deepEqual(await barriers(page), [], "dark");
        await ready(page);
        await page.locator("#start").focus();
        await page.keyboard.press("Enter");
        await page.waitForSelector("#map");
        await other.waitForSelector("#map");
        assert.deepEqual(trouble.filter((line) => !line.includes("409")), []);
        await close();
      });
    },

    /** What a careless page would run stays text, in names, columns and samples. */
    async evilFiles(browser) {
      if (process.env.DESK_URL) return;
      await bare(folder("evil"), async (url) => {
        const { page, trouble, close } = await open(browser, url);
        const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
        const text = [EVIL.map(quoted).join(","), EVIL.map(quoted).reverse().join(",")].join("\n");
        const files = Object.fromEntries(EVIL.slice(0, 3).map((name) => [`${name.replaceAll("/", "")}.csv`, Buffer.from(text)]));
        await drop(page, { ...files, "bad.xlsx": Buffer.from("PK\x03\x04nothing"), "bad.geojson": Buffer.from('{"type":"<img src=x onerror=alert(1)>"}') });
        await known(page, 5);
        const scripts = await page.locator("script").count();
        assert.equal(await page.evaluate(() => window.hacked), undefined);
        assert.equal(scripts, await page.evaluate(() => document.head.querySelectorAll("script").length));
        assert.equal(await page.locator("#desk img, #desk script, #desk [onload], #desk [onerror]").count(), 0);
        assert.ok((await page.evaluate(() => document.body.innerText)).includes("<img src=x"));
        assert.ok(await page.locator("#start").isDisabled());
        await shot(page, "evil");
        assert.deepEqual(trouble, []);
        await close();
      });
    },
  };
}
