// The territories of a goal in a table: sorted, filtered, saved.

const ORDER = ["missed", "behind", "no-data", "on-track", "met"];
const difference = (line) => (known(line.actual) ? line.actual - line.expected : null);

/** What a column is sorted by. */
const COLUMNS = {
  territory: (line) => line.name.toLocaleLowerCase(lang),
  status: (line) => ORDER.indexOf(line.status),
  progress: (line) => line.share,
  actual: (line) => line.actual,
  target: (line) => line.value,
  difference,
  forecast: (line) => line.forecast,
  change: (line) => line.change,
};

function sorted(lines, { column, down }) {
  const key = COLUMNS[column];
  const missing = (v) => v === null || v === undefined;
  return [...lines].sort((a, b) => {
    const [u, v] = [key(a), key(b)];
    if (missing(u) || missing(v)) return missing(u) - missing(v);
    const order = typeof u === "string" ? u.localeCompare(v, lang) : u - v;
    // Of one status, the one that is farthest behind comes first.
    return (down ? -order : order) || difference(a) - difference(b);
  });
}

function territoryTable(goal, state, redraw) {
  const lines = sorted(goal.territories.filter((l) => !state.filter || l.status === state.filter), state.sort);
  const everything = [...goal.territories, goal.all];
  const digits = alike(everything.flatMap((l) => [l.actual, l.value]));
  const gap = alike(everything.map(difference), { signDisplay: "exceptZero" });
  const guess = alike(everything.map((l) => l.forecast));
  const head = (column, note, attributes = {}) => {
    const active = state.sort.column === column;
    const turn = () => redraw({ sort: { column, down: active ? !state.sort.down : !["territory", "status"].includes(column) } }, `sort-${state.id}-${column}`);
    return el(
      "th",
      { scope: "col", "aria-sort": active ? (state.sort.down ? "descending" : "ascending") : null, ...attributes },
      el("button", { type: "button", id: `sort-${state.id}-${column}`, title: t("sortBy", { column: t(column) }), on: { click: turn } }, t(column), el("span", { class: "arrow", "aria-hidden": "true" }, active ? (state.sort.down ? " ▾" : " ▴") : "")),
      note && el("small", {}, note),
    );
  };
  const cells = (line) => [
    el("td", {}, badge(line.status)),
    el("td", { class: "bar-cell" }, progress(goal, line)),
    el("td", { class: "num" }, percent(line.share)),
    el("td", {}, sparkline(goal, line)),
    el("td", { class: "num" }, digits(line.actual)),
    el("td", { class: "num" }, digits(line.value)),
    el("td", { class: "num" + (difference(line) < 0 && line.status !== "met" ? " warn" : "") }, gap(difference(line))),
    el("td", { class: "num" }, guess(line.forecast)),
    el("td", { class: "num" }, signedPercent(line.change)),
  ];
  const row = (line) => {
    const selected = state.selected === line.rep;
    const pick = () => redraw({ selected: selected ? null : line.rep }, `pick-${state.id}-${line.rep}`);
    return el("tr", { class: selected ? "selected" : null }, el("th", { scope: "row" }, el("button", { type: "button", class: "pick", id: `pick-${state.id}-${line.rep}`, "aria-pressed": String(selected), on: { click: pick } }, line.name), el("small", {}, line.rep === line.name ? "" : " " + line.rep)), cells(line));
  };
  const columns = [head("territory"), head("status"), head("progress"), el("th", { scope: "col", class: "num" }, t("share")), el("th", { scope: "col" }, t("trend")), head("actual", null, { class: "num" }), head("target", null, { class: "num" }), head("difference", t("differenceNote"), { class: "num" }), head("forecast", null, { class: "num" }), head("change", t("changeNote"), { class: "num" })];
  const filter = el(
    "select",
    { id: `filter-${state.id}`, on: { change: (e) => redraw({ filter: e.target.value }, `filter-${state.id}`) } },
    ["", ...ORDER].filter((s) => s === "" || s === state.filter || goal.territories.some((l) => l.status === s)).map((s) => el("option", { value: s, selected: s === state.filter }, s ? t("status." + s) : t("every"))),
  );
  return [
    el("div", { class: "controls" }, el("label", { class: "picker" }, el("span", {}, t("filter")), filter), el("span", { class: "remark" }, t("progressNote")), el("button", { type: "button", class: "action", on: { click: () => download(`${goal.name}.csv`, csvOf(goal), "text/csv") } }, t("csv"))),
    el(
      "div",
      { class: "scroll tall", tabindex: "0", role: "region", "aria-label": t("territories") },
      el("table", {}, el("thead", {}, el("tr", {}, columns)), el("tbody", {}, lines.length ? lines.map(row) : el("tr", {}, el("td", { colspan: "10" }, t("none")))), el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, t("all")), cells(goal.all)))),
    ),
  ];
}

/** Results by territory and period. */
function periodTable(goal) {
  const axis = goal.all.periods;
  const sum = goal.total === "sum";
  const of = (p) => (sum ? p.actual : p.to_date);
  const digits = alike(goal.all.periods.map(of));
  const planned = axis.map((p, i) => (sum && i > 0 ? p.expected - axis[i - 1].expected : p.expected));
  const row = (line) => el("tr", {}, el("th", { scope: "row" }, nameOf(line)), line.periods.map((p) => el("td", { class: "num" + (known(p.to_date) && p.to_date < p.expected ? " warn" : "") }, digits(of(p)))), el("td", { class: "num strong" }, digits(line.actual)));
  return [
    el("p", { class: "remark" }, t("periodsNote")),
    el(
    "div",
    { class: "scroll tall", tabindex: "0", role: "region", "aria-label": t("periods") },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("territory")), axis.map((p) => el("th", { scope: "col", class: "num" }, period(p.period))), el("th", { scope: "col", class: "num" }, t("tile.actual")))),
      el("tbody", {}, goal.territories.map(row)),
      el("tfoot", {}, row(goal.all), el("tr", { class: "soft" }, el("th", { scope: "row" }, t(sum ? "planSum" : "planLast")), planned.map((x) => el("td", { class: "num" }, number(x))), el("td", { class: "num" }, number(goal.all.expected)))),
    ),
    ),
  ];
}

/** A goal as CSV: a row per territory, with the results of each period; numbers as in the JSON file. */
function csvOf(goal) {
  const cell = (v) => {
    const text = v === null || v === undefined ? "" : String(v);
    // A text that a spreadsheet would take for a formula is one no more.
    const plain = typeof v === "string" && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  const head = ["rep", "name", "status", "actual", "target", "share", "expected", "forecast", ...goal.all.periods.map((p) => p.period)];
  const rows = goal.territories.map((l) => [l.rep, l.name, l.status, l.actual, l.value, l.share, l.expected, l.forecast, ...l.periods.map((p) => (goal.total === "sum" ? p.actual : p.to_date))]);
  return [head, ...rows].map((r) => r.map(cell).join(",")).join("\r\n") + "\r\n";
}
