// What is selected, and what can be done with it.

import { propose } from "./edits.js";
import { button, field } from "./part.js";
import { customerName, customersWhere, measureNames, repName, said, select, selected, turned } from "./plan.js";
import { choose, store } from "./store.js";

const asked = { rep: "", least: "", text: "", target: "" };
const LISTED = 100;
const sum = (list, of) => list.reduce((all, i) => all + of(i), 0);

export function selectionPanel() {
  return store.selection.count ? [chosen(), el("details", { class: "more-filter" }, el("summary", {}, t("filter")), filter())] : [el("p", { class: "lead" }, t("selection.none")), el("ul", { class: "tips" }, ["click", "shift", "lasso", "table"].map((key) => el("li", {}, t("tip." + key)))), el("h2", {}, t("filter")), filter()];
}

/** Selecting without a pointer: by rep, by amount, by name. */
function filter() {
  const measure = store.measure;
  const reps = [["", t("anyRep")], ...order().map((j) => [String(j), repName(j)])];
  const pick = el("select", { id: "filter-rep", on: { change: (e) => (asked.rep = e.target.value) } }, reps.map(([v, text]) => el("option", { value: v, selected: v === asked.rep }, text)));
  const least = el("input", { id: "filter-least", type: "number", step: "any", inputmode: "decimal", value: asked.least, on: { input: (e) => (asked.least = e.target.value) } });
  const text = el("input", { id: "filter-text", type: "text", value: asked.text, autocomplete: "off", on: { input: (e) => (asked.text = e.target.value) } });
  const go = (event) => {
    event.preventDefault();
    const wanted = asked.text.trim().toLocaleLowerCase(lang);
    const { rep, names, ids, measures } = store.customers;
    const [owner, floor] = [asked.rep === "" ? null : Number(asked.rep), asked.least === "" ? null : Number(asked.least)];
    const has = (i) => (names?.[i] ?? "").toLocaleLowerCase(lang).includes(wanted) || String(ids[i]).toLocaleLowerCase(lang).includes(wanted);
    const found = customersWhere((i) => (owner === null || rep[i] === owner) && (floor === null || (measures[measure]?.[i] ?? 0) >= floor) && (!wanted || has(i)));
    select(found, store.combine);
  };
  return el("form", { class: "filter", on: { submit: go } }, field(t("rep"), pick), measure && store.customers.measures[measure] ? field(t("atLeast", { measure: propertyName(measure) }), least) : null, field(t("nameHas"), text), el("button", { class: "action", id: "filter-go", type: "submit" }, t("selectThese")));
}

const order = () => [...store.state.reps.keys()].sort((a, b) => repName(a).localeCompare(repName(b), lang, { numeric: true }));

function chosen() {
  const list = selected();
  const { ids, rep, measures, lon, lat } = store.customers;
  const owners = new Map();
  for (const i of list) owners.set(rep[i], (owners.get(rep[i]) ?? 0) + 1);
  const owned = [...owners].sort((a, b) => b[1] - a[1]);
  const customers = list.map((i) => ids[i]);
  const wish = (kind, more = {}) => () => propose({ kind, customers, ...more });
  const facts = measureNames().filter((name) => measures[name]).map((name) => [el("dt", {}, propertyName(name)), el("dd", {}, said(name, sum(list, (i) => measures[name][i])))]);
  return [
    el("div", { class: "panel-head" }, el("h2", { id: "selected" }, t("selected", { n: list.length })), button("clear", t("clear"), () => select([], "new"), { class: "link" })),
    el("dl", { class: "facts" }, facts),
    el("ul", { class: "owners", "aria-label": t("theirReps") }, owned.slice(0, 6).map(([j, n]) => el("li", {}, j < 0 ? null : chip(store.state.reps[j].color), el("span", { class: "name" }, j < 0 ? t("nobody") : repName(j)), el("span", { class: "soft" }, number(n)))), owned.length > 6 ? el("li", { class: "soft" }, t("more", { n: owned.length - 6 })) : null),
    giving(list, owned, wish, [sum(list, (i) => turned(lon[i])) / list.length, sum(list, (i) => lat[i]) / list.length]),
    customerList(list, "selected-list"),
  ];
}

/** To whom, and what: the nearest reps first. */
function giving(list, owned, wish, [x, y]) {
  const { reps } = store.state;
  const away = (r) => Math.hypot((turned(r.lon) - x) * Math.cos((y * Math.PI) / 180), r.lat - y) * 111.2;
  const able = [...reps.keys()].filter((j) => reps[j].active !== false).sort((a, b) => away(reps[a]) - away(reps[b]));
  const only = owned.length === 1 ? owned[0][0] : -1;
  if (!able.some((j) => String(j) === asked.target) || String(only) === asked.target) asked.target = String(able.find((j) => j !== only) ?? able[0] ?? "");
  const options = able.map((j) => el("option", { value: String(j), selected: String(j) === asked.target }, `${repName(j)} – ${kilometres(away(reps[j]))}`));
  const target = () => reps[Number(asked.target)]?.id;
  const pick = el("select", { id: "target", on: { change: (e) => (asked.target = e.target.value) } }, options);
  const { locked, wished } = store.customers;
  return el(
    "div",
    { class: "giving" },
    field(t("toWhom"), pick),
    el("div", { class: "buttons" }, button("give", t("give"), () => wish("assign", { rep: target() })(), { class: "action main" }), button("never", t("never"), () => wish("forbid", { rep: target() })())),
    el("div", { class: "buttons" }, button("keep", t("keep"), wish("lock"), { title: t("keep.note") }), list.some((i) => locked[i]) ? button("unlock", t("unlock"), wish("unlock")) : null, list.some((i) => wished[i]) ? button("release", t("release"), wish("release"), { title: t("release.note") }) : null),
    el("p", { class: "soft" }, t("giving.note")),
  );
}

let listing = { key: "name", down: false, most: LISTED };

/** Customers as a table that can be sorted; a click moves the map there. */
export function customerList(list, id, withRep = true) {
  const { measures, rep } = store.customers;
  const columns = [{ key: "name", head: t("customer"), of: customerName, show: (v) => v }];
  if (measures[store.measure]) columns.push({ key: "amount", head: propertyName(store.measure), of: (i) => measures[store.measure][i], show: alike(list.slice(0, 1000).map((i) => measures[store.measure][i])), num: true });
  if (withRep) columns.push({ key: "rep", head: t("rep"), of: (i) => (rep[i] < 0 ? "" : repName(rep[i])), show: (v) => v });
  const by = columns.find((c) => c.key === listing.key) ?? columns[0];
  const compare = by.num ? (a, b) => by.of(a) - by.of(b) : ((collator) => (a, b) => collator.compare(by.of(a), by.of(b)))(new Intl.Collator(lang, { numeric: true }));
  // More than a reader goes through are not sorted at every click on the map.
  const sorted = (list.length > 20_000 ? list.slice(0, 20_000) : list.slice()).sort(compare);
  if (listing.down) sorted.reverse();
  const again = () => choose({ sort: { ...store.sort } });
  const heads = columns.map((c) => el("th", { scope: "col", class: c.num ? "num" : null, "aria-sort": c === by ? (listing.down ? "descending" : "ascending") : null }, el("button", { type: "button", id: `${id}-${c.key}`, on: { click: () => ((listing = { key: c.key, down: listing.key === c.key ? !listing.down : Boolean(c.num), most: listing.most }), again()) } }, c.head, c === by ? el("span", { "aria-hidden": "true" }, listing.down ? " ↓" : " ↑") : null)));
  const row = (i) => el("tr", {}, columns.map((c, at) => (at === 0 ? el("th", { scope: "row" }, el("button", { type: "button", class: "link", on: { click: () => document.dispatchEvent(new CustomEvent("show-customer", { detail: i })) } }, c.show(c.of(i)))) : el("td", { class: c.num ? "num" : null }, c.show(c.of(i))))));
  const more = list.length > listing.most ? button(id + "-more", t("showMore", { n: list.length - listing.most }), () => ((listing.most += 400), again()), { class: "link" }) : null;
  return el("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": t("customers") }, el("table", { class: "small", id }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, sorted.slice(0, listing.most).map(row))), more);
}
