// Runs revier: plans and dashboards for the pages under test, in target/page/.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const revier = path.resolve(root, process.env.REVIER ?? "target/release/revier");
/** Where pages, pictures and sheets are left. */
export const out = path.join(root, "target/page");
export const inputs = (name) => path.join(out, "inputs", name);
export const tiny = path.join(root, "data/tiny");

fs.mkdirSync(out, { recursive: true });

/** Solves a scenario: the plan's directory, its report and its page. */
export function solve(name, scenario, { status = 0, flags = [] } = {}) {
  const plan = path.join(out, "plans", name);
  fs.mkdirSync(path.dirname(plan), { recursive: true });
  const run = spawnSync(revier, ["solve", scenario, "--out", plan, "--lang", "en", ...flags], { encoding: "utf8" });
  assert.equal(run.status, status, `revier solve ${scenario}: ${run.stderr}`);
  const report = JSON.parse(fs.readFileSync(path.join(plan, "report.json"), "utf8"));
  return { name, plan, report, file: path.join(plan, "report.html") };
}

/** Compares results with the targets of a plan: what was found, and its page. */
export function track(name, plan, results, lang) {
  const file = path.join(out, `${name}.html`);
  const run = spawnSync(revier, ["track", plan.plan, results, "--out", file, "--lang", lang], { encoding: "utf8" });
  assert.equal(run.status, 0, `revier track ${results}: ${run.stderr}`);
  const dashboard = JSON.parse(fs.readFileSync(path.join(out, `${name}.json`), "utf8"));
  return { name, file, dashboard };
}
