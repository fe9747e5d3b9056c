// A browser that notices everything a page must not do.

import fs from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** Opens a page of a plan; `trouble` gathers messages, errors and requests. `prepare` is run before. */
export async function open(browser, file, options = {}, prepare = () => {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", ...options });
  // A busy machine is no fault of the page; times are taken where they matter.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  await prepare(page);
  const trouble = [];
  page.on("console", (m) => trouble.push(`console ${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => trouble.push(`error: ${e.stack ?? e}`));
  page.on("dialog", (d) => (trouble.push(`dialog: ${d.message()}`), d.dismiss()));
  page.on("request", (r) => {
    const own = r.url().startsWith("file:") && r.isNavigationRequest();
    if (!own && !/^(data|blob):/.test(r.url())) trouble.push(`request: ${r.url()}`);
  });
  await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return { page, trouble, close: () => context.close() };
}

/**
 * Milliseconds from opening to the first picture with the map in it, as it came to the screen.
 *
 * A browser tells of a picture some time after it was shown, and a page that asks too early hears of none: both
 * entries are waited for. The page is put together in one go, and marks the frame that the map is drawn in; a map
 * that came after the first picture would make the mark the later of the two.
 */
export async function firstPicture(page) {
  return page.evaluate(
    () =>
      new Promise((done, fail) => {
        const seen = new Map();
        const wanted = ["first-contentful-paint", "drawn"];
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) seen.set(entry.name, entry.startTime);
          if (wanted.every((name) => seen.has(name))) done(Math.max(...wanted.map((name) => seen.get(name))));
        });
        for (const type of ["paint", "mark"]) observer.observe({ type, buffered: true });
        setTimeout(() => fail(new Error(`no picture within 20 s; the browser told of ${[...seen.keys()]}`)), 20_000);
      }),
  );
}

/** Opens a page again and again until its first picture comes within `limit` ms, and returns the times. */
export async function firstPictures(browser, file, limit, most = 10) {
  // Others may be busy on this machine, and can only make it slower: the best time counts. More than that one
  // are taken, to be looked at.
  const times = [];
  while (times.length < 3 || (times.length < most && Math.min(...times) >= limit)) {
    const { page, close } = await open(browser, file);
    times.push(await firstPicture(page));
    await close();
  }
  return times;
}

/** What axe-core finds serious or worse. */
export async function barriers(page) {
  // The browser's own evaluation is not bound by the page's policy.
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.any[0]?.message ?? ""}`).join("; ")}`);
}

/** A number as a page shows it in a language, and half a unit of its last digit. */
export function shown(text, lang) {
  const percent = text.includes("%");
  const plain = text.replace(/[^\d.,+−\-]/g, "").replace("−", "-");
  const [group, point] = lang === "de" ? [".", ","] : [",", "."];
  const number = plain.replaceAll(group, "").replace(point, ".");
  const behind = number.split(".")[1]?.length ?? 0;
  const scale = percent ? 0.01 : 1;
  return { value: Number(number) * scale, half: (0.5000001 * scale) / 10 ** behind, ok: /\d/.test(number) };
}
