// The rules of the plan as controls: one that is let go plans anew.

import { settle } from "./edits.js";
import { part } from "./part.js";
import { store } from "./store.js";

const TOLERANCES = [0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1];
const BUDGETS = [0, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1];

export function rulesPanel() {
  const { measures, limits } = store.state;
  return [
    el("h2", {}, t("rules")),
    el("p", { class: "lead" }, t("rules.lead")),
    measures.filter((m) => known(m.tolerance)).map((m) => [tolerance(m), evenness(m)]),
    el("h3", {}, t("rules.travel")),
    limit("max-km", t("maxKm"), "km", limits.max_km, 250, (v) => settle({ max_km: v })),
    limit("max-minutes", t("maxMinutes"), t("unit.minutes"), limits.max_minutes, 180, (v) => settle({ max_minutes: v })),
    store.customers.owned ? [el("h3", {}, t("rules.change")), change(limits.change_max_share)] : null,
    el("h3", {}, t("rules.shape")),
    el(
      "label",
      { class: "check" },
      el("input", { type: "checkbox", id: "contiguous", checked: Boolean(limits.contiguous), disabled: Boolean(store.busy), on: { change: (e) => settle({ contiguous: e.target.checked }) } }),
      el("span", {}, t("contiguous"), el("small", { class: "under" }, t("contiguous.note"))),
    ),
  ];
}

/** A slider over steps that get wider; the value is shown while it moves, and sent when it is let go. */
function stepped(id, list, now, { label, note, text, send }) {
  const steps = [...new Set([...list, now])].sort((a, b) => a - b);
  const value = el("output", { id: id.replace("-", "-value-"), for: id });
  const slider = el("input", { type: "range", id, min: 0, max: steps.length - 1, step: 1, value: steps.indexOf(now), disabled: Boolean(store.busy), on: { input: (e) => say(steps[e.target.value]), change: (e) => steps[e.target.value] !== now && send(steps[e.target.value]) } });
  const say = (x) => (slider.setAttribute("aria-valuetext", text(x)), (value.textContent = text(x)));
  say(now);
  return el("div", { class: "slider" }, el("label", { for: id }, label), value, slider, el("small", {}, note));
}

/** Per cent with as many decimals as it takes. */
const share = (x) => percent(x, Math.abs(x * 100 - Math.round(x * 100)) < 1e-9 ? 0 : Math.abs(x * 1000 - Math.round(x * 1000)) < 1e-9 ? 1 : 2);

/** How far from its target a territory may be. */
const tolerance = (m) =>
  stepped("tolerance-" + m.name, TOLERANCES, m.tolerance, {
    label: t("tolerance", { measure: propertyName(m.name) }),
    note: t("tolerance.note"),
    text: (x) => "±" + share(x),
    send: (x) => settle({ tolerance: { [m.name]: x } }),
  });

/** What it may cost to be nearer than that. */
const evenness = (m) =>
  stepped("evenness-" + m.name, BUDGETS, m.deviation_budget ?? 0, {
    label: t("evenness", { measure: propertyName(m.name) }),
    note: known(m.deviation_cost) && !known(m.deviation_budget) ? t("evenness.fixed") : t("evenness.note"),
    text: (x) => (x === 0 ? t("evenness.none") : t("evenness.most", { share: share(x) })),
    send: (x) => settle({ deviation_budget: { [m.name]: x } }),
  });

/** A limit that may be there or not. */
function limit(id, label, unit, now, first, send) {
  const on = known(now);
  const input = el("input", { type: "number", id, min: 1, step: "any", value: on ? String(now) : "", disabled: !on || Boolean(store.busy), "aria-label": `${label} (${unit})`, on: { change: (e) => Number(e.target.value) > 0 && send(Number(e.target.value)) } });
  const box = el("input", { type: "checkbox", id: id + "-on", checked: on, disabled: Boolean(store.busy), on: { change: (e) => send(e.target.checked ? first : null) } });
  return el("div", { class: "limit" }, el("label", { class: "check" }, box, el("span", {}, label)), el("span", { class: "with-unit" }, input, el("span", { class: "soft" }, unit)));
}

/** How much may change hands. */
function change(now) {
  const on = known(now);
  const value = el("output", { id: "change-value", for: "change" }, on ? percent(now, 0) : t("noLimit"));
  const slider = el("input", { type: "range", id: "change", min: 0, max: 100, step: 1, value: on ? Math.round(100 * now) : 100, disabled: !on || Boolean(store.busy), "aria-label": t("changeShare"), on: { input: (e) => (value.textContent = percent(e.target.value / 100, 0)), change: (e) => settle({ change_max_share: e.target.value / 100 }) } });
  const box = el("input", { type: "checkbox", id: "change-on", checked: on, disabled: Boolean(store.busy), on: { change: (e) => settle({ change_max_share: e.target.checked ? 0.2 : null }) } });
  return el("div", { class: "slider" }, el("label", { class: "check" }, box, el("span", {}, t("changeShare"))), value, slider);
}

export const rules = () => part("rules", rulesPanel, ["state", "busy", "lang"]);
