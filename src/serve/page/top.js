// What stands above: the name and state of the plan, undo and redo, the main step, search, files, language, colours.

import { fetchFile } from "./api.js";
import { cancel, redo, solve, undo } from "./edits.js";
import { looks } from "./looks.js";
import { part, button } from "./part.js";
import { repName, select, share, measureNames } from "./plan.js";
import { proofText, stageText, violationTexts } from "./say.js";
import { searchBox } from "./find.js";
import { choose, store } from "./store.js";
import { tell } from "./tell.js";

const FORMATS = ["report", "xlsx", "csv", "sheets", "gpkg", "kml", "shp", "plan"];

export function top() {
  return el(
    "header",
    { class: "top" },
    part("title", () => [el("p", { class: "kicker" }, t("kicker")), el("h1", {}, store.state.name ?? t("kicker"))], ["state", "lang"]),
    searchBox(),
    part("steps", steps, ["state", "busy", "lang"]),
    part("menus", menus, ["lang", "theme"]),
  );
}

function steps() {
  const { state, busy } = store;
  return el(
    "div",
    { class: "buttons", role: "group", "aria-label": t("steps") },
    button("undo", "↶", undo, { disabled: !state.undo || Boolean(busy), "aria-label": t("undo"), title: t("undo") + " (Ctrl+Z)", class: "action icon" }),
    button("redo", "↷", redo, { disabled: !state.redo || Boolean(busy), "aria-label": t("redo"), title: t("redo") + " (Ctrl+Shift+Z)", class: "action icon" }),
    button("repair", state.stale ? t("repair") : t("planAnew"), () => solve(), { class: state.stale ? "action main" : "action", disabled: Boolean(busy), title: t("repair.note") }),
  );
}

const menus = () => el("div", { class: "buttons" }, files(), looks());

/** The plan as files for others. */
function files() {
  const links = FORMATS.map((to) => {
    const path = `/v1/export?to=${to}&lang=${lang}`;
    const click = (event) => {
      // A link cannot carry a token.
      if (!TOKEN.value) return;
      event.preventDefault();
      fetchFile(path).catch(() => tell(t("gone"), "bad"));
    };
    return el("li", {}, el("a", { href: path, id: "export-" + to, download: "", on: { click } }, t("export." + to), el("small", { class: "under" }, t("export." + to + ".note"))));
  });
  const close = (event) => event.key === "Escape" && (event.currentTarget.open = false, event.currentTarget.firstChild.focus());
  return el("details", { class: "menu", on: { keydown: close, focusout: (e) => !e.currentTarget.contains(e.relatedTarget) && e.relatedTarget && (e.currentTarget.open = false) } }, el("summary", { class: "action", id: "files" }, t("files")), el("ul", { class: "sheet-menu" }, links));
}

/** The line beneath: how good the plan is, or what the server is at. */
export function status() {
  const { state, busy, online } = store;
  if (!online) return el("div", { class: "status bad", role: "alert" }, el("span", { class: "spinner", "aria-hidden": "true" }), t("offline"));
  if (busy) {
    const percent = Math.max(0, Math.min(100, Number(busy.percent) || 0));
    return el(
      "div",
      { class: "status working", role: "status" },
      el("span", {}, stageText(busy.stage)),
      el("progress", { max: 100, value: percent, "aria-label": stageText(busy.stage) }),
      button("cancel", t("cancel"), cancel, { title: t("cancel.note") }),
    );
  }
  const worst = measureNames().flatMap((m) => state.reps.flatMap((r, j) => (r.active === false || share(j, m) === null ? [] : [Math.abs(share(j, m) - 1)])));
  const facts = [
    known(state.objective?.balance) ? t("fact.cost", { value: number(state.objective.value), balance: number(state.objective.balance), unit: unitName(state.objective.unit) }) : known(state.objective?.travel) ? t("fact.travel", { value: number(state.objective.travel), unit: unitName(state.objective.unit) }) : null,
    worst.length ? t("fact.worst", { share: percent(Math.max(...worst)) }) : null,
    state.wishes.length ? t("fact.wishes", { n: state.wishes.length }) : null,
  ];
  const broken = violationTexts(state.violations ?? []).length;
  const bad = state.status === "infeasible" || broken;
  return el(
    "div",
    { class: "status " + (bad ? "bad" : state.stale ? "wait" : "good") },
    el("strong", { id: "proof" }, proofText()),
    broken ? button("see-violations", t("violationsLeft", { n: broken }), () => choose({ tab: "wishes" }), { class: "link" }) : null,
    facts.filter(Boolean).map((text) => el("span", { class: "fact" }, text)),
  );
}
