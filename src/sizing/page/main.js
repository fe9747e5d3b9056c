// Puts the page together, and together again when another row or language is chosen.

const page = document.getElementById("page");
let selected = DATA.best ?? DATA.rows.findIndex(found);

/** What the curve says, in sentences. */
function summary() {
  const best = DATA.rows[DATA.best];
  const lines = [];
  if (best && priced) lines.push(t("best", { n: best.reps, cost: number(best.total_cost), travel: number(best.travel_cost) }));
  else if (best) lines.push(t("bestTravel", { n: best.reps, travel: `${number(best.travel)} ${unitName()}` }));
  else lines.push(t("none"));
  if (best) lines.push(t("atMost", { gap: percentAtMost(best.gap, 2) }));
  const fewer = DATA.rows.filter((row) => row.verdict === "no").at(-1);
  if (fewer) lines.push(known(fewer.needed) ? t("tooFew", { n: fewer.reps, needed: number(fewer.needed), carried: number(fewer.carried), measure: measureName() }) : t("tooDear", { n: fewer.reps }));
  lines.push(t("candidates", { n: DATA.people.length }));
  return el("section", { class: "card", id: "summary" }, lines.map((line, i) => el("p", { class: i ? "lead" : "strong" }, line)));
}

function pick(at, focus) {
  selected = at;
  draw(focus);
}

function table() {
  const columns = [
    ["travel", (row) => number(row.travel)],
    ["least", (row) => numberAtLeast(row.bound)],
    ...(priced ? [["cost", (row) => number(row.total_cost)], ["leastCost", (row) => numberAtLeast(row.cost_bound)]] : []),
    ["gap", (row) => percentAtMost(row.gap, 2)],
    ["free", (row) => number(row.free)],
  ];
  const cells = (row) => columns.map(([, of]) => el("td", { class: "num" }, of(row)));
  const name = (row, at) => (found(row) ? el("button", { type: "button", class: "pick", id: `row-${row.reps}`, on: { click: () => pick(at, `row-${row.reps}`) } }, String(row.reps)) : String(row.reps));
  const line = (row, at) => el("tr", { class: at === selected ? "selected" : null }, el("th", { scope: "row" }, name(row, at)), cells(row), el("td", {}, t(row.verdict), at === DATA.best && [" ", el("span", { class: "status met" }, t("recommended"))]));
  return card(
    "rows",
    t("table"),
    el("div", { class: "scroll tall", tabindex: 0, role: "region", "aria-labelledby": "rows-title" }, el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("reps")), columns.map(([key]) => el("th", { scope: "col", class: "num" }, t(key, { measure: measureName() }), key === "travel" || key === "least" ? el("small", {}, unitName()) : null)), el("th", { scope: "col" }, t("verdict")))), el("tbody", {}, DATA.rows.map(line)))),
  );
}

function draw(focus) {
  document.documentElement.lang = lang;
  document.title = `${DATA.name} – ${t("kicker")}`;
  const row = DATA.rows[selected];
  const thinned = DATA.customers.length < DATA.all && el("p", { class: "remark" }, t("thinned", { shown: DATA.customers.length, n: DATA.all }));
  page.replaceChildren(
    el("header", { class: "top" }, el("div", {}, el("p", { class: "kicker" }, t("kicker")), el("h1", {}, DATA.name)), actions()),
    el("main", {}, summary(), el("div", { class: "stage" }, card("curve", t(priced ? "curve" : "curveTravel"), curveChart(selected, pick)), row && card("bases", t(row.chosen.length ? "map" : "mapNone", { n: row.reps }), basesMap(row), thinned)), table()),
    el("footer", {}, el("p", {}, t("madeBy", { version: DATA.revier }))),
  );
  if (focus) document.getElementById(focus)?.focus();
}

draw();
