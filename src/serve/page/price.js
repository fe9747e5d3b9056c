// The price tag: what a wish costs at least, and what it does to the totals, before anything is done.

import { apply, discard } from "./edits.js";
import { button } from "./part.js";
import { measureNames, repAt, repName, unitOf, within } from "./plan.js";
import { violationTexts, wishText } from "./say.js";
import { store } from "./store.js";

/** So many reps are shown with their totals. */
const MOST = 5;

export function priceCard() {
  const { draft } = store;
  if (!draft) return null;
  return el(
    "section",
    { class: "price", id: "price", "aria-labelledby": "price-title", "aria-busy": String(draft.waiting) },
    el("h2", { id: "price-title", tabindex: "-1" }, wishText(draft.edit)),
    draft.waiting ? el("p", { class: "soft" }, t("price.waiting")) : [tag(draft), draft.error ? null : [pending(draft), before(draft), broken(draft)]],
    el(
      "div",
      { class: "buttons deciding" },
      draft.error ? null : button("apply-repair", t("applyRepair"), () => apply(true), { class: "action main", disabled: draft.waiting || Boolean(store.busy) }),
      draft.error ? null : button("apply", t("apply"), () => apply(), { disabled: draft.waiting || Boolean(store.busy), title: t("apply.note") }),
      button("discard", t("discard"), discard),
    ),
  );
}

/** What it costs, in words. */
function tag({ price, error }) {
  if (error) return el("ul", { class: "plain bad" }, error.map((text) => el("li", {}, text)));
  if (price?.possible === false) return said("price.impossible", null, t("price.impossible.note"));
  if (!price || !known(price.at_least)) return el("p", { class: "soft" }, t("price.none"));
  const share = price.exact ? percent(price.share, 2, { signDisplay: "exceptZero" }) : percentAtLeast(price.share, 2);
  const size = `${signed(stepped(price.at_least, 1, price.exact ? "round" : "floor"))}\u00a0${unitName(price.unit ?? "km")}`;
  if (price.exact) return said("price.exact", `${share}`, t(price.share < 0 ? "price.exact.less" : "price.exact.note", { amount: size }));
  if (!(price.at_least > 0)) return said("price.free", null, t("price.free.note"));
  return said("price.least", `+${share}`, t("price.least.note", { amount: size }));
}

/** Wishes that wait to be repaired cost, too. */
function pending({ price }) {
  return store.state.stale && store.state.wishes.length && price && known(price.at_least) ? el("p", { class: "soft" }, t("price.pending")) : null;
}

const said = (key, share, note) => el("div", { class: "tag" }, el("p", { class: "tag-figure", id: "tag" }, t(key, { share: share ?? "" })), el("p", { class: "soft" }, note));

/** Totals of the reps that the wish touches, before and after. */
function before({ price }) {
  const names = measureNames().filter((name) => (price?.measures ?? []).some((row) => row[name]));
  // A rep whose limits alone are others is told of below where that breaks something.
  const rows = (price?.measures ?? []).filter((row) => repAt(row.rep) >= 0 && names.some((name) => row[name] && row[name].before !== row[name].after));
  if (!rows.length) return null;
  const cell = (f, name) => {
    if (!f) return el("td", { class: "num" }, NONE);
    const show = alike([f.before, f.after]);
    const out = !within({ total: f.after, lower: f.lower, upper: f.upper });
    const worse = out && f.after !== f.before;
    return el(
      "td",
      { class: "num" + (worse ? " warn" : "") },
      el("span", { class: "soft" }, show(f.before), " → "), el("strong", {}, show(f.after)),
      el("small", { class: "under" }, out ? limit(f, name) : t("inLimits")),
    );
  };
  const breaks = (row) => names.some((name) => row[name] && !within({ ...row[name], total: row[name].after }));
  const order = [...rows].sort((a, b) => breaks(b) - breaks(a));
  const limit = (f, name) => (known(f.upper) && f.after > f.upper ? t("over", { bound: amount(name, f.upper, unitOf(name)) }) : t("under", { bound: amount(name, f.lower, unitOf(name)) }));
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": t("price.totals") },
    el(
      "table",
      { class: "small" },
      el("caption", { class: "unseen" }, t("price.totals")),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("rep")), names.map((name) => el("th", { scope: "col", class: "num" }, propertyName(name))))),
      el("tbody", {}, order.slice(0, MOST).map((row) => el("tr", {}, el("th", { scope: "row" }, chip(store.state.reps[repAt(row.rep)].color), repName(repAt(row.rep))), names.map((name) => cell(row[name], name))))),
    ),
    rows.length > MOST ? el("p", { class: "soft rest" }, t("more", { n: rows.length - MOST })) : null,
  );
}

function broken({ price, edit }) {
  const list = violationTexts(price?.broken ?? [], edit.kind === "rep_off" ? edit.rep : null);
  if (!list.length) return null;
  return el("div", { class: "breaks" }, el("h3", {}, t("breaks")), el("ul", { class: "plain" }, list.slice(0, 6).map((text) => el("li", {}, text)), list.length > 6 ? el("li", {}, t("more", { n: list.length - 6 })) : null), el("p", { class: "soft" }, t("breaks.note")));
}
