// The last step: what is shared out, numbers that may be read in two ways, the name, and the start.

import { ask, Gone } from "./api.js";
import { problemList } from "./columns.js";
import { button, field } from "./part.js";
import { errorTexts } from "./say.js";
import { choose, store } from "./store.js";
import { tell } from "./tell.js";
import { answer, balance, doubts, forget, lacks, measures, propertyOf, question, want, withRole } from "./wanted.js";

const TOLERANCES = [0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5];

/** A measure in words, and the column that it stands in. */
function measureName(column) {
  if (column === "customers") return t("measure.customers");
  const property = propertyOf(column);
  return property === column ? column : `${propertyName(property)} (${column})`;
}

function measureRow(column) {
  const now = balance();
  const found = now.find((b) => b.measure === column);
  const id = encodeURIComponent(column);
  const toggle = (e) => want({ balance: e.target.checked ? [...now, { measure: column, tolerance: 0.1 }] : now.filter((b) => b !== found) });
  const change = (e) => want({ balance: now.map((b) => (b === found ? { ...b, tolerance: Number(e.target.value) } : b)) });
  // The last one stays.
  const alone = found && now.length === 1;
  return el(
    "li",
    { class: "measure-row" },
    el("label", { class: "check" }, el("input", { type: "checkbox", id: "measure-" + id, checked: Boolean(found), disabled: alone, on: { change: toggle } }), el("span", {}, measureName(column))),
    found
      ? el("label", { class: "within" }, el("span", {}, t("measure.within")), el("select", { id: "within-" + id, on: { change } }, TOLERANCES.map((x) => el("option", { value: x, selected: x === found.tolerance }, "± " + percent(x, x === 0.075 ? 1 : 0)))))
      : null,
  );
}

/** A question about numbers such as 1.200: with every column whose numbers the answer decides about, and what they would be. */
function doubt() {
  const open = doubts();
  if (!open.length) return null;
  const read = (text, mark) => format(Number(text.replaceAll(mark === "," ? "." : ",", "").replace(mark, ".")), { maximumFractionDigits: 6 });
  const row = ({ text, column, file }, mark) => el("small", { class: "under" }, `${column} (${file}): ${text} = ${read(text, mark)}`);
  const choice = (mark) =>
    el(
      "label",
      { class: "check" },
      el("input", { type: "radio", name: "decimal", id: mark === "," ? "decimal-comma" : "decimal-point", checked: store.wanted.decimal === mark, on: { change: () => answer(mark) } }),
      el("span", {}, read(open[0].text, mark), " ", el("small", {}, t(mark === "," ? "decimal.comma" : "decimal.point")), open.length > 1 ? open.map((d) => row(d, mark)) : null),
    );
  return el(
    "fieldset",
    { class: "doubt", id: "doubt" },
    el("legend", {}, t("decimal.ask", open[0])),
    open.length > 1 ? el("p", { class: "soft" }, t("decimal.all")) : null,
    choice(","),
    choice("."),
    store.wanted.decimal ? null : el("p", { class: "hint", id: "unanswered" }, t("decimal.first")),
  );
}

/** What a project of what is chosen would be. */
function verdict() {
  const { tried } = store;
  const absent = ["customers", "reps"].filter((role) => !withRole(role));
  if (absent.length) return el("p", { class: "soft", id: "absent" }, t(absent.length === 2 ? "absent.both" : "absent." + absent[0]));
  if (!tried || (tried.waiting && !tried.problems)) return el("p", { class: "soft", role: "status" }, t("file.reading"));
  if (tried.problems?.length) {
    // What else was found out stands with its file.
    const errors = tried.problems.filter((p) => p.severity === "error");
    const list = errors.length ? errors : tried.problems;
    return [el("p", { class: "bad", role: "status", id: "not-yet" }, t("notYet", { n: list.length })), problemList(list, null, "problems")];
  }
  if (tried.error) return el("p", { class: "bad", role: "status" }, errorTexts(tried).slice(1));
  return [
    el("p", { class: "verdict good", role: "status", id: "ready" }, t("ready", { customers: number(tried.customers), reps: number(tried.reps) })),
    tried.warnings.length ? el("details", { class: "remarks", open: tried.warnings.length < 4 }, el("summary", {}, t("remarks", { n: tried.warnings.length })), problemList(tried.warnings, null, "warnings")) : null,
    el("details", { class: "remarks" }, el("summary", {}, t("scenario.see")), el("pre", { class: "scroll", tabindex: "0" }, tried.scenario)),
  ];
}

async function start() {
  const body = question();
  if (!body) return;
  choose({ beginning: true });
  try {
    await ask("POST", "/v1/start", body);
    forget();
    location.reload();
  } catch (error) {
    choose({ beginning: false });
    if (error instanceof Gone) tell(t("gone"), "bad");
    else if (error.body?.problems?.length) choose({ tried: { problems: error.body.problems, waiting: false } });
    else tell(errorTexts(error.body), "bad");
  }
}

export function beginning() {
  if (!store.files.files.length) return null;
  const [customers, reps] = [withRole("customers"), withRole("reps")];
  const open = !customers || !reps || lacks(customers).length || lacks(reps).length;
  const unanswered = doubts().length > 0 && !store.wanted.decimal;
  const can = !open && !unanswered && store.tried && !store.tried.waiting && store.tried.problems?.length === 0 && !store.beginning;
  const may = measures();
  return el(
    "section",
    { class: "beginning", id: "beginning", "aria-label": t("begin.title") },
    customers && reps
      ? [
          el("h2", {}, t("measures.title")),
          el("p", { class: "lead" }, t("measures.lead")),
          el("ul", { class: "measures" }, [...may, "customers"].map(measureRow)),
          doubt(),
          field(t("project.name"), el("input", { type: "text", id: "project-name", maxlength: "100", value: store.wanted.name, placeholder: t("project.unnamed"), on: { change: (e) => want({ name: e.target.value.trim() }) } })),
        ]
      : null,
    verdict(),
    el("div", { class: "go" }, button("start", store.beginning ? t("starting") : t("start"), start, { class: "action main", disabled: !can }), el("p", { class: "soft" }, t("start.note", { folder: store.files.folder }))),
  );
}
