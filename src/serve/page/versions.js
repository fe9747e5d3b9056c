// Saved versions of the plan: kept, opened again, and laid side by side.

import { ask, Gone, Refused } from "./api.js";
import { change } from "./edits.js";
import { button, field } from "./part.js";
import { loadTerritories, measureNames, repAt, repNameOf, said } from "./plan.js";
import { errorTexts } from "./say.js";
import { choose, store } from "./store.js";
import { tell } from "./tell.js";

/** The plan that is shown, as the server calls it. */
const CURRENT = "current";

const asked = { name: "", a: null, b: null, answer: null };
const again = () => choose({ sort: { ...store.sort } });

export function versionsPanel() {
  const { plans = [] } = store.state;
  const input = el("input", { type: "text", id: "save-name", value: asked.name, maxlength: 60, autocomplete: "off", required: true, on: { input: (e) => (asked.name = e.target.value) } });
  return [
    el("h2", {}, t("versions")),
    el("form", { class: "row-form save", on: { submit: save } }, field(t("saveAs"), input), el("button", { type: "submit", class: "action main", id: "save", disabled: Boolean(store.state.stale || store.busy) }, t("save"))),
    store.state.stale ? el("p", { class: "hint" }, t("saveFirst")) : null,
    marking(),
    plans.length ? el("ul", { class: "versions", id: "versions" }, plans.map(line)) : el("p", { class: "lead" }, t("versions.none")),
    plans.length ? comparing(plans) : null,
    asked.answer ? differences(asked.answer) : null,
  ];
}

/** How far the plan has come among people. */
function marking() {
  const { draft } = store.state;
  if (!MARKS.includes(draft)) return null;
  return el("div", {}, picker(t("mark"), MARKS.map((m) => [m, t("mark." + m)]), draft, (name) => change("/v1/draft", { name })));
}

const MARKS = ["draft", "proposed", "approved"];

async function save(event) {
  event.preventDefault();
  const name = asked.name.trim();
  if (!name) return;
  if (!/^[\p{L}\p{N} \-_.,()+]+$/u.test(name)) return tell(t("reply.nameRule"), "bad");
  if (await change("/v1/plans", { name })) {
    asked.name = "";
    tell(t("saved", { name }), "good");
    again();
  }
}

function line(plan) {
  const open = async () => {
    if (!(await change(`/v1/plans/${encodeURIComponent(plan.name)}/open`, {}))) return;
    await loadTerritories();
    tell(t("opened", { name: plan.name }), "good");
  };
  const now = store.state.objective?.travel;
  const share = known(plan.travel) && now ? plan.travel / now - 1 : NaN;
  return el(
    "li",
    {},
    el("span", { class: "what" }, el("strong", {}, plan.name), el("small", { class: "under" }, [plan.saved_at ? moment(plan.saved_at) : "", known(share) ? (Math.abs(share) < 5e-5 ? t("sameTravel") : t("travelAgainst", { share: percent(share, 2, { signDisplay: "exceptZero" }) })) : ""].filter(Boolean).join(" · "))),
    button("open-" + plan.name, t("open"), open, { "aria-label": `${t("open")}: ${plan.name}` }),
  );
}

function comparing(plans) {
  const names = [...plans.map((p) => [p.name, p.name]), [CURRENT, t("planNow")]];
  if (!names.some(([name]) => name === asked.a)) asked.a = plans.at(-1).name;
  if (!names.some(([name]) => name === asked.b)) asked.b = CURRENT;
  const pick = (key) => el("select", { id: "compare-" + key, on: { change: (e) => (asked[key] = e.target.value) } }, names.map(([v, text]) => el("option", { value: v, selected: v === asked[key] }, text)));
  const go = async (event) => {
    event.preventDefault();
    try {
      const answer = await ask("GET", `/v1/compare?a=${encodeURIComponent(asked.a)}&b=${encodeURIComponent(asked.b)}`);
      asked.answer = { ...answer, a: asked.a, b: asked.b };
      again();
      document.getElementById("differences-title")?.focus();
    } catch (problem) {
      if (problem instanceof Refused) tell(errorTexts(problem.body), "bad");
      else if (problem instanceof Gone) tell(t("gone"), "bad");
      else throw problem;
    }
  };
  return el("form", { class: "row-form compare", on: { submit: go } }, field(t("compare"), pick("a")), field(t("with"), pick("b")), el("button", { type: "submit", class: "action", id: "compare" }, t("compareGo")));
}

/** What two versions differ in, and who moves from whom to whom. */
function differences({ a, b, moved, matrix = [], travel = {}, travel_km: mean }) {
  const unit = unitName(travel.unit ?? store.state.objective?.unit ?? "km");
  const rows = [[t("travel"), travel.a, travel.b, (v) => `${number(v)}\u00a0${unit}`]];
  if (known(mean?.a) && known(mean?.b)) rows.push([t("meanKm"), mean.a, mean.b, kilometres]);
  const name = (plan) => (plan === CURRENT ? t("planNow") : plan);
  const names = measureNames().filter((m) => matrix.some((row) => known(row.measures?.[m])));
  const order = [...matrix].sort((p, q) => q.customers - p.customers);
  const who = (id) => (id === null || id === undefined ? t("nobody") : [repAt(id) >= 0 ? chip(store.state.reps[repAt(id)].color) : null, repNameOf(id)]);
  return el(
    "section",
    { class: "differences", id: "differences", "aria-labelledby": "differences-title" },
    el("h3", { id: "differences-title", tabindex: "-1" }, t("differences", { a: name(a), b: name(b) })),
    el("table", { class: "small" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, ""), el("th", { scope: "col", class: "num" }, name(a)), el("th", { scope: "col", class: "num" }, name(b)), el("th", { scope: "col", class: "num" }, t("difference")))), el("tbody", {}, rows.map(([label, p, q, show]) => el("tr", {}, el("th", { scope: "row" }, label), el("td", { class: "num" }, show(p)), el("td", { class: "num" }, show(q)), el("td", { class: "num" }, p ? percent(q / p - 1, 2, { signDisplay: "exceptZero" }) : NONE))))),
    el("p", { id: "moved" }, t("movedCustomers", { n: moved ?? 0 })),
    order.length
      ? el("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": t("whoToWhom") }, el("table", { class: "small", id: "matrix" }, el("caption", { class: "unseen" }, t("whoToWhom")), el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("from")), el("th", { scope: "col" }, t("to")), el("th", { scope: "col", class: "num" }, t("customers")), names.map((m) => el("th", { scope: "col", class: "num" }, propertyName(m))))), el("tbody", {}, order.slice(0, 300).map((row) => el("tr", {}, el("th", { scope: "row" }, who(row.from)), el("td", {}, who(row.to)), el("td", { class: "num" }, number(row.customers)), names.map((m) => el("td", { class: "num" }, said(m, row.measures[m]))))))))
      : null,
  );
}
