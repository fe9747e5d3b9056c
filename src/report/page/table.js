// All figures of all territories: a table to sort, and the same as a file for a spreadsheet.

let sorting = { column: 0, down: false };

/** The columns: a heading, the value, and how it is shown. */
function columns() {
  const list = [{ key: "rep", head: t("territory"), text: true, value: (j) => repLabel(j), show: (v) => v }];
  list.push({ key: "customers", head: t("customers"), value: (j) => TERRITORIES[j].customers, show: number });
  for (const m of MEASURES) {
    const name = propertyName(m);
    list.push({ key: m, head: name, value: (j) => figures(j, m).total, show: alike(TERRITORIES.map((r) => r.measures[m].total)) });
    list.push({ key: m + "_target", head: t("targetOf", { measure: name }), value: (j) => figures(j, m).target, show: alike(TERRITORIES.map((r) => r.measures[m].target ?? NaN)) });
    list.push({ key: m + "_index", head: t("indexOf", { measure: name }), value: (j) => figures(j, m).index, show: (v) => percent(v), warn: (j) => !within(j, m) });
  }
  for (const c of COUNTED) list.push({ key: c.measure, head: propertyName(c.measure), value: (j) => c.territories[j], show: alike(c.territories) });
  list.push({ key: "travel_km", head: t("meanKm"), value: (j) => TERRITORIES[j].travel_km, show: (v) => fixed(v, 1) });
  list.push({ key: "travel_minutes", head: t("meanMinutes"), value: (j) => TERRITORIES[j].travel_minutes, show: (v) => fixed(v, 0) });
  return list;
}

function sorted(list) {
  const { value, text } = list[sorting.column] ?? list[0];
  const compare = text
    ? (a, b) => value(a).localeCompare(value(b), lang, { numeric: true })
    : (a, b) => (value(a) ?? -Infinity) - (value(b) ?? -Infinity);
  const order = [...TERRITORIES.keys()].sort((a, b) => compare(a, b) || a - b);
  return sorting.down ? order.reverse() : order;
}

function tableCard() {
  const list = columns();
  const head = list.map((c, at) =>
    el(
      "th",
      { scope: "col", class: c.text ? "" : "num", "aria-sort": sorting.column === at ? (sorting.down ? "descending" : "ascending") : null },
      el(
        "button",
        {
          type: "button",
          on: {
            click: () => {
              sorting = { column: at, down: sorting.column === at ? !sorting.down : !c.text };
              refresh("table");
              document.querySelectorAll("#table th button")[at].focus();
            },
          },
        },
        c.head,
        el("span", { class: "arrow", "aria-hidden": "true" }, sorting.column === at ? (sorting.down ? " ↓" : " ↑") : ""),
      ),
    ),
  );
  const rows = sorted(list).map((j) =>
    el(
      "tr",
      { "data-rep": j, class: store.selected === j ? "selected" : "", on: { click: () => toggleTerritory(j) } },
      list.map((c, at) =>
        at === 0
          ? el("th", { scope: "row" }, chip(DATA.colors[j]), c.show(c.value(j)))
          : el("td", { class: "num" + (c.warn?.(j) ? " warn" : ""), "data-key": c.key }, c.show(c.value(j)), c.warn?.(j) ? el("span", { class: "unseen" }, " ", t("outside")) : null),
      ),
    ),
  );
  const totals = list.map((c, at) => {
    if (at === 0) return el("th", { scope: "row" }, t("total"));
    const adds = c.key === "customers" || MEASURES.includes(c.key) || COUNTED.some((m) => m.measure === c.key);
    return el("td", { class: "num", "data-total": adds ? c.key : null }, adds ? number(sum(TERRITORIES.map((_, j) => c.value(j)))) : "");
  });
  return card(
    "table",
    t("table"),
    el("button", { type: "button", class: "action", id: "csv", on: { click: saveTable } }, t("csv")),
    el("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": t("table") }, el("table", {}, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows), el("tfoot", {}, el("tr", {}, totals)))),
  );
}

/** A cell of a table: German spreadsheets want semicolons and decimal commas. */
function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return lang === "de" ? String(value).replace(".", ",") : String(value);
  // A spreadsheet would take these for a formula.
  const text = /^[=+\-@\t\r]/.test(value) ? "'" + value : value;
  return /[";,\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function saveTable() {
  const list = columns();
  const fields = [["rep", (j) => String(TERRITORIES[j].rep)], ["name", repName], ...list.slice(1).map((c) => [c.key, c.value])];
  for (const m of MEASURES) fields.push([m + "_lower", (j) => figures(j, m).lower], [m + "_upper", (j) => figures(j, m).upper]);
  const rows = [fields.map((f) => f[0]), ...TERRITORIES.map((_, j) => fields.map((f) => f[1](j)))];
  const text = rows.map((row) => row.map(csvCell).join(lang === "de" ? ";" : ",")).join("\r\n");
  // The mark in front tells spreadsheets that this is UTF-8.
  download("territories.csv", "\ufeff" + text + "\r\n", "text/csv");
}
