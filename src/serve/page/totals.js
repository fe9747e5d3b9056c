// All territories with their totals, and one of them closely.

import { propose } from "./edits.js";
import { button, field } from "./part.js";
import { customersWhere, figures, measureNames, repAt, repName, said, select, share, within } from "./plan.js";
import { customerList } from "./selection.js";
import { choose, store } from "./store.js";
import { askPlace } from "./tools.js";

export function totalsPanel() {
  return store.rep >= 0 && store.state.reps[store.rep] ? oneRep(store.rep) : [head(), table(), newRep()];
}

function head() {
  const { state } = store;
  const off = state.reps.flatMap((r, j) => (r.active === false ? [] : measureNames().map((m) => ({ j, m })))).filter(({ j, m }) => figures(j, m).target && !within(figures(j, m)));
  const names = measureNames();
  return el(
    "div",
    { class: "panel-head" },
    el("p", { class: off.length ? "verdict bad" : "verdict good" }, off.length ? t("balance.out", { n: new Set(off.map((o) => o.j)).size }) : t("balance.all")),
    names.length > 1 ? picker(t("measure"), names.map((m) => [m, propertyName(m)]), store.measure, (m) => choose({ measure: m })) : null,
  );
}

/** How far bars reach to either side of the target: over every bar and every limit. */
function scale(measure) {
  let most = 0.01;
  store.state.reps.forEach((r, j) => {
    const f = figures(j, measure);
    if (!f.target || r.active === false) return;
    for (const v of [f.total, f.lower, f.upper]) if (known(v)) most = Math.max(most, Math.abs(v / f.target - 1));
  });
  return 1.06 * most;
}

/** A bar from the target to the total, on the band of what is allowed. */
function bar(j, measure, most) {
  const f = figures(j, measure);
  if (!f.target) return el("span", { class: "track" });
  const at = (v) => 50 + (50 * Math.max(-most, Math.min(most, v / f.target - 1))) / most;
  const [low, high] = [at(f.lower ?? 0), at(f.upper ?? Infinity)];
  const [a, b] = [Math.min(50, at(f.total)), Math.max(50, at(f.total))];
  const span = (kind, from, to) => el("span", { class: kind, style: { left: from + "%", width: to - from + "%" } });
  return el("span", { class: "track", "aria-hidden": "true" }, span("band", low, high), span("bar" + (within(f) ? "" : " out"), a, b), el("span", { class: "target" }));
}

function columns(measure) {
  const { reps } = store.state;
  const list = [
    { key: "name", head: t("rep"), of: repName, text: true },
    { key: "customers", head: t("customers"), of: (j) => reps[j].customers, show: number },
  ];
  if (measure) {
    const most = scale(measure);
    list.push({ key: "share", head: t("ofTarget"), of: (j) => share(j, measure), show: (v) => percent(v), bar: (j) => bar(j, measure, most), warn: (j) => reps[j].active !== false && figures(j, measure).target && !within(figures(j, measure)) });
    list.push({ key: "total", head: propertyName(measure), of: (j) => figures(j, measure).total, show: alike(reps.map((_, j) => figures(j, measure).total ?? NaN)) });
  }
  list.push({ key: "km", head: t("meanKm"), of: (j) => reps[j].travel_km, show: (v) => fixed(v, 1) });
  return list;
}

function table() {
  const { measure, sort, state } = store;
  const list = columns(measure);
  const by = list.find((c) => c.key === sort.key) ?? list[0];
  const compare = by.text ? (a, b) => by.of(a).localeCompare(by.of(b), lang, { numeric: true }) : (a, b) => (by.of(a) ?? -Infinity) - (by.of(b) ?? -Infinity);
  const order = [...state.reps.keys()].sort((a, b) => compare(a, b) || a - b);
  if (sort.down) order.reverse();
  const heads = list.map((c) =>
    el(
      "th",
      { scope: "col", class: c.text ? "" : "num", "data-key": c.key, "aria-sort": c === by ? (sort.down ? "descending" : "ascending") : null },
      el("button", { type: "button", id: "sort-" + c.key, on: { click: () => choose({ sort: { key: c.key, down: sort.key === c.key ? !sort.down : !c.text } }) } }, c.head, c === by ? el("span", { "aria-hidden": "true" }, sort.down ? " ↓" : " ↑") : null),
    ),
  );
  const rows = order.map((j) =>
    el(
      "tr",
      { "data-rep": j, class: state.reps[j].active === false ? "off" : "", on: { click: () => open(j) } },
      list.map((c) =>
        c.text
          ? el("th", { scope: "row" }, el("span", { class: "who" }, chip(state.reps[j].color), el("button", { type: "button", class: "plain-link name", id: "rep-" + j }, repName(j)), state.reps[j].active === false ? el("small", { class: "badge" }, t("off")) : null))
          : el("td", { class: "num" + (c.warn?.(j) ? " warn" : ""), "data-key": c.key }, c.bar ? el("span", { class: "barred" }, c.bar(j), el("span", {}, c.show(c.of(j) ?? NaN))) : c.show(c.of(j) ?? NaN), c.warn?.(j) ? el("span", { class: "unseen" }, " ", t("outside")) : null),
      ),
    ),
  );
  return el("div", { class: "scroll totals", tabindex: "0", role: "region", "aria-label": t("totals") }, el("table", { id: "totals" }, el("caption", { class: "unseen" }, t("totals")), el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows)));
}

function open(j) {
  choose({ rep: j });
  document.dispatchEvent(new CustomEvent("show-rep", { detail: j }));
  document.getElementById("rep-title")?.focus();
}

const place = { lon: "", lat: "", name: "", id: "", shown: false };

function oneRep(j) {
  const r = store.state.reps[j];
  const own = customersWhere((i) => store.customers.rep[i] === j);
  const back = () => {
    choose({ rep: -1 });
    document.getElementById("rep-" + j)?.focus();
  };
  const facts = measureNames().flatMap((m) => {
    const f = figures(j, m);
    const limits = known(f.lower) && known(f.upper) ? t("limits", { lower: number(f.lower), upper: number(f.upper) }) : "";
    return [el("dt", {}, propertyName(m)), el("dd", { class: f.target && !within(f) ? "warn" : "" }, said(m, f.total), f.target ? el("small", {}, ` ${percent(f.total / f.target)} ${t("ofTargetShort")}`) : null, limits ? el("small", { class: "under" }, limits) : null)];
  });
  return [
    button("back", "‹ " + t("allReps"), back, { class: "link" }),
    el("div", { class: "panel-head" }, el("h2", { id: "rep-title", tabindex: "-1" }, chip(r.color), repName(j), r.active === false ? el("small", { class: "badge" }, t("off")) : null)),
    el("dl", { class: "facts" }, el("dt", {}, t("customers")), el("dd", {}, number(own.length)), facts, el("dt", {}, t("meanKm")), el("dd", {}, kilometres(r.travel_km))),
    el(
      "div",
      { class: "buttons" },
      button("rep-select", t("selectAll"), () => select(own, "new"), { disabled: !own.length }),
      r.active === false ? button("rep-on", t("repOn"), () => propose({ kind: "rep_on", rep: r.id })) : button("rep-off", t("repOff"), () => propose({ kind: "rep_off", rep: r.id }), { title: t("repOff.note") }),
      button("rep-move", t("moveHome"), () => askPlace(([lon, lat]) => propose({ kind: "rep_move", rep: r.id, lon, lat })), { title: t("moveHome.note") }),
    ),
    store.tool === "place" ? el("p", { class: "hint", role: "status" }, t("clickPlace")) : null,
    moveByHand(r),
    customerList(own, "rep-list", false),
  ];
}

/** The same as dragging a home base, for the keyboard. */
function moveByHand(r) {
  const [lon, lat] = ["lon", "lat"].map((key) => el("input", { type: "number", step: "any", id: "move-" + key, value: String(r[key]) }));
  const go = (event) => {
    event.preventDefault();
    if (lon.value !== "" && lat.value !== "") propose({ kind: "rep_move", rep: r.id, lon: Number(lon.value), lat: Number(lat.value) });
  };
  return el("details", {}, el("summary", {}, t("coordinates")), el("form", { class: "row-form", on: { submit: go } }, field(t("lon"), lon), field(t("lat"), lat), el("button", { class: "action", type: "submit" }, t("moveThere"))));
}

/** A new rep: a name, and a place by a click or in figures. */
function newRep() {
  const text = (key, type = "text") => el("input", { type, step: "any", id: "new-" + key, value: place[key], autocomplete: "off", on: { input: (e) => (place[key] = e.target.value) } });
  const redraw = () => choose({ sort: { ...store.sort } });
  const go = (event) => {
    event.preventDefault();
    const id = place.id.trim() || freeId();
    if (place.lon === "" || place.lat === "") return askHere();
    propose({ kind: "rep_new", id, name: place.name.trim() || id, lon: Number(place.lon), lat: Number(place.lat) });
  };
  const askHere = () => {
    askPlace(([lon, lat]) => {
      place.lon = String(lon);
      place.lat = String(lat);
      redraw();
    });
    redraw();
  };
  return el(
    "details",
    { class: "new-rep", open: place.shown, on: { toggle: (e) => (place.shown = e.target.open) } },
    el("summary", {}, t("newRep")),
    el("form", { class: "row-form", on: { submit: go } }, field(t("name"), text("name")), field(t("lon"), text("lon", "number")), field(t("lat"), text("lat", "number")), el("div", { class: "buttons" }, button("new-place", t("pickPlace"), askHere), el("button", { class: "action main", id: "new-go", type: "submit" }, t("weigh")))),
    store.tool === "place" ? el("p", { class: "hint", role: "status" }, t("clickPlace")) : null,
  );
}

/** An id in the manner of those there are: R41 after R40. */
function freeId() {
  const ids = store.state.reps.map((r) => String(r.id));
  const [, head = "R", digits = "0"] = /^(\D*)(\d+)$/.exec(ids.at(-1) ?? "") ?? [];
  for (let n = Number(digits) + 1; ; n++) {
    const id = head + String(n).padStart(digits.length, "0");
    if (repAt(id) < 0) return id;
  }
}
