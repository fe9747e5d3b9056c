// All wishes that stand, each with a way to drop it.

import { drop, edit, redo, solve, undo } from "./edits.js";
import { button } from "./part.js";
import { customerAt, repName, select } from "./plan.js";
import { violationTexts, wishText } from "./say.js";
import { choose, store } from "./store.js";

const SIGNS = { assign: "→", forbid: "⊘", lock: "⚓", unlock: "○" };

export function wishesPanel() {
  const { state } = store;
  const off = state.reps.flatMap((r, j) => (r.active === false ? [j] : []));
  const none = !state.wishes.length && !off.length;
  return [
    el("div", { class: "panel-head" }, el("h2", {}, t("wishes")), el("div", { class: "buttons" }, button("undo-here", t("undo"), undo, { disabled: !state.undo }), button("redo-here", t("redo"), redo, { disabled: !state.redo }))),
    none ? el("p", { class: "lead" }, t("wishes.none")) : null,
    el("ul", { class: "wishes", id: "wishes" }, [...state.wishes].reverse().map(wishLine), off.map((j) => el("li", {}, el("span", { class: "sign", "aria-hidden": "true" }, "◌"), el("span", { class: "what" }, t("wish.isOff", { rep: repName(j) })), button("on-" + j, t("repOn"), () => edit({ kind: "rep_on", rep: state.reps[j].id }), { class: "link" })))),
    state.stale ? el("p", { class: "hint" }, t("stale.hint"), " ", button("repair-here", t("repair"), () => solve(), { class: "action main", disabled: Boolean(store.busy) })) : null,
    reasons(state),
    violations(state),
  ];
}

function violations({ violations = [] }) {
  const list = violationTexts(violations);
  if (!list.length) return null;
  return el("section", {}, el("h3", {}, t("violations")), el("ul", { class: "plain", id: "violations" }, list.slice(0, 20).map((text) => el("li", {}, text)), list.length > 20 ? el("li", { class: "soft" }, t("more", { n: list.length - 20 })) : null));
}

/** Why no plan keeps all rules, and what would help. */
function reasons({ status, notes = [] }) {
  if (status !== "infeasible" || !notes.length) return null;
  return el("section", {}, el("h3", {}, t("reasons")), el("ul", { class: "plain", id: "reasons" }, notes.slice(0, 10).map((note) => el("li", {}, noteText(note)))));
}

function wishLine(wish) {
  const show = () => {
    select(wish.customers.map(customerAt).filter((i) => i >= 0), "new");
    choose({ tab: "selection" });
  };
  return el(
    "li",
    {},
    el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[wish.kind] ?? "•"),
    el("button", { type: "button", class: "plain-link what", title: t("showThese"), on: { click: show } }, wishText(wish)),
    button("drop-" + wish.n, t("drop"), () => drop(wish), { class: "link", "aria-label": `${t("drop")}: ${wishText(wish)}` }),
  );
}
