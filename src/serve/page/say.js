// What the server says, in the words of the reader.

import { customerAt, customerName, repAt, repNameOf, unitOf } from "./plan.js";
import { deed, reply } from "./replies.js";
import { store } from "./store.js";

const customerOf = (id) => (customerAt(id) >= 0 ? customerName(customerAt(id)) : String(id));

/** A wish that is being weighed or was made, in words. */
export function wishText({ kind, rep, customers = [], count = customers.length, name }) {
  const values = { n: count, rep: rep === null || rep === undefined ? "" : repNameOf(rep), name: name ?? "", customer: count === 1 && customers.length ? customerOf(customers[0]) : "" };
  // A lock that was made names its rep; one that is weighed keeps each where it is.
  const of = (kind === "lock" || kind === "unlock") && values.rep ? `wish.${kind}.rep` : `wish.${kind}`;
  return t(values.customer && t.has(of + ".one") ? of + ".one" : of, values);
}

/** A broken rule: an object as in report.json, or a sentence. */
export function violationText(v) {
  if (typeof v === "string") return noteText(v);
  const key = "rule." + v.rule;
  const rep = v.rep === null || v.rep === undefined ? "" : repNameOf(v.rep);
  if (v.rule === "balance" && v.measure) {
    return t(v.by < 0 ? "rule.below" : "rule.above", { rep, measure: propertyName(v.measure), by: amount(v.measure, Math.abs(v.by), unitOf(v.measure)) });
  }
  if (v.rule === "balance" && v.text) {
    const bound = boundText(rep, v.text);
    if (bound) return bound;
  }
  return t.has(key) ? t(key, { rep, site: v.site === null || v.site === undefined ? "" : customerOf(v.site), by: known(v.by) ? v.by : "" }) : noteText(String(v.text ?? v.rule));
}

/** Broken rules in words; whoever is still with a rep who is away is counted, and not told one by one. */
export function violationTexts(list, away = null) {
  const off = (v) => v.rep !== null && v.rep !== undefined && (String(v.rep) === String(away) || store.state.reps[repAt(v.rep)]?.active === false);
  const left = new Map();
  for (const v of list) if (off(v) && v.site !== null && v.site !== undefined) left.set(v.rep, (left.get(v.rep) ?? new Set()).add(v.site));
  const counted = [...left].map(([rep, sites]) => t("rule.away", { n: sites.size, rep: repNameOf(rep) }));
  return [...counted, ...list.filter((v) => !off(v)).map(violationText)];
}

const BOUND = /^(?:.+: )?(.+?) (-?[\d.,]+(?:e-?\d+)?) is (-?[\d.,]+(?:e-?\d+)?) (above its upper|below its lower) bound of (-?[\d.,]+(?:e-?\d+)?)$/;

/** "R1: workload 900 is 12 above its upper bound of 888", in words. */
function boundText(rep, text) {
  const found = BOUND.exec(text);
  if (!found) return null;
  const [, measure, , by, side, bound] = found;
  const value = (x) => amount(measure, Number(x.replaceAll(",", "")), unitOf(measure));
  return t(side.startsWith("above") ? "rule.above" : "rule.below", { rep, measure: propertyName(measure), by: value(by), bound: value(bound) });
}

/** What somebody else has changed. */
export function changedText(change) {
  const done = typeof change === "string" ? deed(change) : change;
  return done?.kind && t.has("wish." + done.kind) ? wishText(done) : reply(String(change.text ?? change));
}

/** An answer that refuses: its problems, each with what to do; else its sentence. */
export function errorTexts(body) {
  const said = (body?.problems ?? []).flatMap((p) => [p.what, p.help]).filter(Boolean);
  const problems = [...new Set(said)].map(reply);
  return problems.length ? [t("refused"), ...problems] : [t("refused"), ...(body?.error ? [reply(body.error)] : [])];
}

/** A stage of the work. */
export function stageText(stage) {
  const key = "stage." + String(stage).split(" ")[0];
  return t.has(key) ? t(key) : t("stage.other");
}

/** How good the plan is, in one sentence. */
export function proofText() {
  const { state } = store;
  if (state.status === "infeasible") return t(state.claim === "infeasible" ? "proof.none" : "proof.broken");
  if (state.stale) return t("proof.stale");
  if (!known(state.gap)) return t("proof.unknown");
  // Preferences, changes of hands and load beside the targets may cost as well.
  const { value, travel } = state.objective ?? {};
  const of = known(travel) && Math.abs(value - travel) > 1e-9 * Math.abs(value) ? ".cost" : "";
  return state.gap <= 1e-9 ? t("proof.best" + of) : t("proof.gap" + of, { share: percentAtMost(state.gap, state.gap < 0.001 ? 3 : 2) });
}
