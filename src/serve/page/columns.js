// What was understood: each file with what it is for, its columns with samples and what they mean, and what is wrong with it.

import { ask, Gone } from "./api.js";
import { megabytes } from "./arrivals.js";
import { errorTexts } from "./say.js";
import { choose, store } from "./store.js";
import { tell } from "./tell.js";
import { columnsOf, give, lacks, mean, MEANINGS, NEEDED, reload, roleOf, ROLES, want } from "./wanted.js";

/** Columns that are shown before somebody asks for all, beside those that mean something. */
const SHOWN = 14;

/** A problem in the reader's language: where, what, and what to do. */
export function problemText(p, file) {
  const field = p.field && (t.has("meaning." + p.field) ? t("meaning." + p.field) : t("problem.field", { field: p.field }));
  const where = [p.file && p.file !== file ? p.file : null, known(p.feature) ? t("problem.row", { row: String(p.feature) }) : null, p.id !== null && p.id !== undefined ? t("problem.id", { id: p.id }) : null, field].filter(Boolean).join(", ");
  const german = lang === "de";
  // A note about an input begins with its file.
  const missing = p.code === "missing-column" && NEEDED.includes(p.field);
  const said = missing ? t("problem.missing") : german ? (germanInputNote("x: " + p.what)?.slice(3) ?? PROBLEMS_DE[p.code] ?? noteText(p.what)) : p.what;
  // What to write into a scenario is no help here: the page has a control for it.
  const help = german || !p.help || missing || /\[(columns|tables)\b/.test(p.help) ? null : el("small", { class: "under" }, p.help);
  return [where ? el("span", { class: "where" }, where + ": ") : null, said, help];
}

/** Problems as a list, errors first. */
export function problemList(problems, file, id) {
  if (!problems?.length) return null;
  const sorted = [...problems].sort((a, b) => (a.severity === "error" ? 0 : 1) - (b.severity === "error" ? 0 : 1));
  return el(
    "ul",
    { class: "problems", id },
    sorted.map((p) => el("li", { class: p.severity }, el("span", { class: "sign", "aria-hidden": "true" }, p.severity === "error" ? "!" : "i"), el("div", { class: "what" }, problemText(p, file)))),
  );
}

async function remove(file) {
  try {
    await ask("DELETE", "/v1/files/" + encodeURIComponent(file.name));
  } catch (error) {
    tell(error instanceof Gone ? t("gone") : errorTexts(error.body), "bad");
  }
  await reload().catch(() => {});
  document.getElementById("choose-files")?.focus();
}

const slug = (name) => encodeURIComponent(name);

/** How many rows a file has, and of what. */
function facts(file) {
  const { points, areas } = file.shapes;
  if (file.rows === 0) return megabytes(file.bytes);
  const what = areas ? t("file.areas", { n: file.rows }) : points ? t("file.points", { n: file.rows }) : t("file.rows", { n: file.rows });
  return `${what}, ${t("file.columns", { n: file.columns.length })}, ${megabytes(file.bytes)}`;
}

function roleSelect(file) {
  const role = roleOf(file);
  const id = "role-" + slug(file.name);
  const because = !store.wanted.roles[file.name] && role !== "none" ? t("because." + file.because) : null;
  return el(
    "label",
    { class: "field role" },
    el("span", {}, t("role")),
    el("select", { id, on: { change: (e) => give(file, e.target.value) } }, ROLES.map((r) => el("option", { value: r, selected: r === role }, t("role." + r)))),
    because ? el("small", {}, because) : null,
  );
}

/** A sheet or layer by its name, where the file may have several. */
function partField(file) {
  const kind = /\.(xlsx|xlsm|xlsb|xls|ods)$/i.test(file.name) ? "sheet" : /\.gpkg$/i.test(file.name) ? "layer" : null;
  if (!kind) return null;
  const now = store.wanted.parts[file.name]?.[kind] ?? "";
  const change = (e) => {
    const parts = { ...store.wanted.parts };
    if (e.target.value.trim()) parts[file.name] = { [kind]: e.target.value.trim() };
    else delete parts[file.name];
    want({ parts });
  };
  const sheets = kind === "sheet" ? (file.sheets ?? []) : [];
  if (sheets.length > 1) return el("label", { class: "field part-of" }, el("span", {}, t("file.sheet")), el("select", { id: "part-" + slug(file.name), on: { change } }, sheets.map((s, i) => el("option", { value: i ? s : "", selected: (now || sheets[0]) === s }, s))));
  return el("label", { class: "field part-of" }, el("span", {}, t("file." + kind)), el("input", { type: "text", id: "part-" + slug(file.name), value: now, placeholder: t("file.first"), on: { change } }));
}

function meaningSelect(file, column, role, meanings) {
  const now = Object.entries(meanings).find(([, c]) => c === column.name)?.[0] ?? "";
  const options = [["", t("meaning.none")], ...MEANINGS[role].map((p) => [p, t("meaning." + p)])];
  return el("select", { id: `meaning-${slug(file.name)}-${slug(column.name)}`, "aria-label": t("meaning.of", { column: column.name }), class: now ? "set" : "", on: { change: (e) => mean(file, column.name, e.target.value) } }, options.map(([value, text]) => el("option", { value, selected: value === now }, text)));
}

/** The columns of customers or reps, each with samples and what it means. */
function columnTable(file, role) {
  const meanings = columnsOf(file);
  const meant = new Set(Object.values(meanings));
  const all = store.open?.has(file.name);
  const shown = all ? file.columns : file.columns.filter((c, i) => i < SHOWN || meant.has(c.name));
  const missing = lacks(file);
  const row = (column) =>
    el(
      "tr",
      { class: meant.has(column.name) ? "meant" : "" },
      el("th", { scope: "row" }, column.name || t("file.unnamed")),
      el("td", { class: "samples" }, column.samples.length ? column.samples.join(" · ") : t("file.empty"), column.filled < file.rows && column.filled ? el("small", { class: "under" }, t("file.filled", { n: column.filled, of: number(file.rows) })) : null, column.decimal === "," ? el("small", { class: "under" }, t("file.comma")) : null),
      el("td", {}, column.name ? meaningSelect(file, column, role, meanings) : null),
    );
  return [
    missing.length ? el("p", { class: "hint", role: "alert", id: "lacks-" + role }, t("lacks", { what: listed(missing.map((p) => t("meaning." + p))) })) : null,
    el(
      "div",
      { class: "scroll columns", tabindex: "0", role: "region", "aria-label": t("columns.of", { file: file.name }) },
      el("table", {}, el("thead", {}, el("tr", {}, ["column", "samples", "meaning"].map((key) => el("th", { scope: "col" }, t("head." + key))))), el("tbody", {}, shown.map(row))),
    ),
    shown.length < file.columns.length ? el("button", { type: "button", class: "link", id: "all-" + slug(file.name), on: { click: () => choose({ open: new Set([...(store.open ?? []), file.name]) }) } }, t("showMore", { n: file.columns.length - shown.length })) : null,
    file.more_columns ? el("p", { class: "soft" }, t("file.more")) : null,
  ];
}

/** That columns are shown of another sheet than the one that is to be read. */
function otherSheet(file) {
  const [shown, ...others] = file.sheets ?? [];
  if (!others.length) return null;
  const chosen = store.wanted.parts[file.name]?.sheet;
  if (!chosen || chosen === shown) return el("p", { class: "soft" }, t("file.sheets", { sheet: shown, others: listed(others) }));
  return el("p", { class: "hint", role: "status" }, t("file.otherSheet", { sheet: shown, chosen }));
}

/** A file. */
function fileCard(file) {
  if (file.reading) return el("article", { class: "file", "aria-busy": "true" }, el("h3", {}, el("span", { class: "spinner", "aria-hidden": "true" }), " ", file.name), el("p", { class: "soft", role: "status" }, t("file.reading")));
  const role = roleOf(file);
  const beside = file.role === "beside";
  const table = role === "customers" || role === "reps";
  return el(
    "article",
    { class: "file role-" + role, "aria-label": file.name },
    el(
      "div",
      { class: "file-head" },
      el("div", { class: "file-name" }, el("h3", {}, file.name), el("p", { class: "soft" }, beside ? t("file.beside") : facts(file))),
      beside ? null : roleSelect(file),
      table ? partField(file) : null,
      el("button", { type: "button", class: "action", id: "remove-" + slug(file.name), "aria-label": t("file.remove", { file: file.name }), on: { click: () => remove(file) } }, t("file.removeShort")),
    ),
    table ? otherSheet(file) : null,
    problemList(file.problems, file.name),
    table && file.columns.length ? columnTable(file, role) : null,
  );
}

/** All files: customers and reps first. */
export function fileList() {
  const files = store.files.files;
  if (!files.length) return null;
  const order = (f) => (f.reading ? 9 : ["customers", "reps"].includes(roleOf(f)) ? ROLES.indexOf(roleOf(f)) : 2 + ROLES.indexOf(roleOf(f)));
  const sorted = [...files].sort((a, b) => order(a) - order(b));
  return el("section", { class: "files", id: "files", "aria-label": t("files.title") }, el("h2", {}, t("files.title")), sorted.map(fileCard));
}
