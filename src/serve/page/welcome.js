// A desk that was started bare: files are dropped, what was understood is shown, columns are named, and a plan is begun.

import { ask, Gone, Refused } from "./api.js";
import { button, field, part } from "./part.js";
import { errorTexts } from "./say.js";
import { choose, store } from "./store.js";
import { speak } from "./top.js";
import { tell } from "./tell.js";

const ROLES = { customers: ["id", "name", "lon", "lat", "owner"], reps: ["id", "name", "lon", "lat", "capacity"] };
const given = { files: [], measure: null, tolerance: 5, waiting: 0 };
const again = () => choose({ sort: { ...store.sort } });

export function welcome() {
  document.getElementById("desk").replaceChildren(part("welcome", page, ["lang", "sort", "theme"]));
  document.title = t("kicker");
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      if (name === "drop") take(event.dataTransfer.files);
    });
  }
}

function page() {
  const input = el("input", { type: "file", id: "file-input", multiple: true, accept: ".csv,.xlsx,.xls,.ods,.geojson,.json,.gpkg,.tsv,.txt", class: "unseen", on: { change: (e) => take(e.target.files) } });
  const languages = Object.keys(TEXTS).map((code) => el("button", { type: "button", lang: code, id: "lang-" + code, "aria-pressed": String(lang === code), on: { click: () => (speak(code), (document.title = t("kicker"))) } }, TEXTS[code].language));
  return el(
    "main",
    { class: "card gate welcome" },
    el("div", { class: "panel-head" }, el("h1", {}, t("welcome")), el("div", { class: "languages", role: "group", "aria-label": t("languages") }, languages)),
    el("p", { class: "lead" }, t("welcome.lead")),
    el("div", { class: "drop", id: "drop" }, el("p", {}, t("welcome.drop")), el("label", { class: "action main", for: "file-input" }, t("welcome.choose")), input, given.waiting ? el("p", { role: "status" }, t("welcome.reading")) : null),
    store.state.example ? el("p", {}, button("example", t("welcome.example"), () => begin({ example: true }), { class: "action" })) : null,
    given.files.map(fileCard),
    ready() ? starting() : given.files.length ? el("p", { class: "soft" }, t("welcome.missing")) : null,
  );
}

async function take(files) {
  for (const file of files) {
    given.waiting++;
    again();
    try {
      const understood = await ask("POST", `/v1/files?name=${encodeURIComponent(file.name)}`, file);
      const roles = Object.fromEntries((understood.columns ?? []).filter((c) => c.role && c.role !== "measure").map((c) => [c.role, c.name]));
      given.files = [...given.files.filter((f) => f.name !== understood.name), { ...understood, roles }];
    } catch (problem) {
      if (problem instanceof Refused) tell([file.name, ...errorTexts(problem.body)], "bad");
      else if (problem instanceof Gone) tell(t("gone"), "bad");
      else throw problem;
    } finally {
      given.waiting--;
      again();
    }
  }
}

/** What was understood of a file, with its columns to be named. */
function fileCard(file) {
  const roles = ROLES[file.kind] ?? [];
  const columns = file.columns ?? [];
  const pick = (role) => el("select", { id: `${file.name}-${role}`, on: { change: (e) => (file.roles[role] = e.target.value || undefined) } }, [["", NONE], ...columns.map((c) => [c.name, c.name])].map(([v, text]) => el("option", { value: v, selected: v === (file.roles[role] ?? "") }, text)));
  const kind = picker(t("welcome.kind"), ["customers", "reps", "other"].map((k) => [k, t("welcome." + k)]), file.kind, (k) => ((file.kind = k), again()));
  return el(
    "section",
    { class: "file" },
    el("div", { class: "panel-head" }, el("h2", {}, file.name), kind),
    el("p", { class: "soft" }, t("welcome.rows", { n: file.rows ?? 0 })),
    (file.notes ?? []).length ? el("ul", { class: "plain" }, file.notes.slice(0, 8).map((note) => el("li", {}, noteText(note)))) : null,
    (file.problems ?? []).length ? el("ul", { class: "plain bad" }, errorTexts(file).slice(1, 9).map((text) => el("li", {}, text))) : null,
    roles.length && !file.geometry ? el("div", { class: "row-form" }, roles.map((role) => field(t("column." + role), pick(role)))) : null,
    columns.length ? el("div", { class: "scroll wide", tabindex: "0", role: "region", "aria-label": file.name }, el("table", { class: "small" }, el("thead", {}, el("tr", {}, columns.map((c) => el("th", { scope: "col" }, c.name)))), el("tbody", {}, [0, 1, 2].map((at) => el("tr", {}, columns.map((c) => el("td", {}, String(c.sample?.[at] ?? "")))))))) : null,
  );
}

const fileOf = (kind) => given.files.find((f) => f.kind === kind);
const ready = () => fileOf("customers") && fileOf("reps");

function starting() {
  const measures = (fileOf("customers").columns ?? []).filter((c) => c.role === "measure").map((c) => c.name);
  const names = ["customers", ...measures];
  given.measure = names.includes(given.measure) ? given.measure : (measures[0] ?? "customers");
  const roles = (kind) => Object.fromEntries(Object.entries(fileOf(kind).roles).filter(([, column]) => column));
  const go = (event) => {
    event.preventDefault();
    begin({ customers: fileOf("customers").name, reps: fileOf("reps").name, columns: { customers: roles("customers"), reps: roles("reps") }, balance: [{ measure: given.measure, tolerance: given.tolerance / 100 }] });
  };
  const tolerance = el("input", { type: "number", id: "start-tolerance", min: 0.1, max: 100, step: "any", value: String(given.tolerance), on: { change: (e) => (given.tolerance = Number(e.target.value) || 5) } });
  return el("form", { class: "row-form", on: { submit: go } }, picker(t("welcome.balance"), names.map((m) => [m, propertyName(m)]), given.measure, (m) => (given.measure = m)), field(t("welcome.tolerance"), tolerance), el("button", { type: "submit", class: "action main", id: "begin" }, t("welcome.begin")));
}

async function begin(what) {
  try {
    await ask("POST", "/v1/start", what);
    location.reload();
  } catch (problem) {
    if (problem instanceof Refused) tell(errorTexts(problem.body), "bad");
    else if (problem instanceof Gone) tell(t("gone"), "bad");
    else throw problem;
  }
}

