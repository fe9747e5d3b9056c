// Whether a printed page has the map: the first sheets are drawn, and colours are counted.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";

/** Prints to A4 and draws the sheets as pictures beside the PDF; at least this share of one of them is coloured. */
export async function print(page, stem, least = 0.06) {
  const pdf = `${stem}.pdf`;
  await page.pdf({ path: pdf, format: "A4", printBackground: true, preferCSSPageSize: true });
  execFileSync("pdftoppm", ["-r", "60", "-f", "1", "-l", "2", pdf, stem]);
  execFileSync("pdftoppm", ["-r", "80", "-png", pdf, stem]);
  const sheets = fs.readdirSync(stem.replace(/[^/]*$/, "")).filter((f) => f.startsWith(stem.split("/").pop() + "-") && f.endsWith(".ppm"));
  assert.ok(sheets.length > 0, "no sheets");
  const coloured = sheets.map((sheet) => share(fs.readFileSync(stem.replace(/[^/]*$/, "") + sheet)));
  for (const sheet of sheets) fs.unlinkSync(stem.replace(/[^/]*$/, "") + sheet);
  assert.ok(Math.max(...coloured) > least, `a map covers a good part of a sheet; coloured are ${coloured}`);
}

/** The text of each sheet of a PDF. */
export function sheetsOf(pdf) {
  return execFileSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" }).split("\f").slice(0, -1);
}

/** A table that goes on with the next sheet has its head there, too: sheets with five of its rows have `head`. */
export function headsAreRepeated(pdf, row, head) {
  const sheets = sheetsOf(pdf).filter((text) => (text.match(row) ?? []).length >= 5);
  assert.ok(sheets.length > 1, `the table is on ${sheets.length} sheet(s)`);
  for (const [i, text] of sheets.entries()) assert.ok(text.includes(head), `no "${head}" on sheet ${i + 1} of the table`);
}

/** The share of pixels of a picture (PPM) that have a colour. */
function share(bytes) {
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 40).toString("latin1"));
  let coloured = 0;
  const pixels = Number(head[1]) * Number(head[2]);
  for (let i = head[0].length; i < bytes.length; i += 3) {
    const [r, g, b] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    if (Math.max(r, g, b) - Math.min(r, g, b) > 24) coloured += 1;
  }
  return coloured / pixels;
}
