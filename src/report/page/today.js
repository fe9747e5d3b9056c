// Today's owners beside the plan.

function pair(id, label, before, after, change) {
  return el(
    "div",
    { class: "pair" },
    el("dt", {}, label),
    el("dd", {}, el("span", { class: "was", id: id + "-today" }, before), el("span", { "aria-hidden": "true" }, " → "), el("span", { class: "unseen" }, " " + t("to") + " "), el("span", { class: "is", id: id + "-plan" }, after)),
    el("dd", { class: "note" }, change),
  );
}

/** Two marks on one axis: today's index and the plan's. */
function dumbbell(before, after, reach) {
  const at = (index) => 4 + 92 * Math.max(0, Math.min(1, (index - reach[0]) / (reach[1] - reach[0])));
  const [a, b] = [at(before), at(after)];
  return el(
    "span",
    { class: "dumbbell", "aria-hidden": "true" },
    el("span", { class: "middle", style: { left: at(1) + "%" } }),
    el("span", { class: "stick", style: { left: Math.min(a, b) + "%", width: Math.abs(a - b) + "%" } }),
    el("span", { class: "end was", style: { left: a + "%" } }),
    el("span", { class: "end is", style: { left: b + "%" } }),
  );
}

function todayCard() {
  const today = REPORT.today;
  if (!today) return null;
  const { today: before, plan: after } = today;
  const ratio = (a, b) => (a > 0 && b !== null ? signedPercent(b / a - 1) : "");
  const moved = Object.entries(today.moved).map(([measure, m]) => tile("moved-" + measure, percent(m.share), t("movedOf", { measure: propertyName(measure) }), number(m.total)));
  const measure = MEASURES.includes(store.measure) ? store.measure : MEASURES[0];
  const rows = [...today.territories.keys()];
  const dev = (j) => Math.abs((today.territories[j].index[measure] ?? 1) - 1);
  rows.sort((a, b) => dev(b) - dev(a) || a - b);
  const indices = rows.flatMap((j) => [today.territories[j].index[measure], figures(j, measure).index]).filter((x) => x !== null && x !== undefined);
  const reach = [Math.min(1, ...indices), Math.max(1, ...indices)];
  if (reach[0] === reach[1]) reach[1] += 0.1;
  const row = (j) => {
    const was = today.territories[j];
    const index = [was.index[measure], figures(j, measure).index];
    const known = index.every((x) => x !== null && x !== undefined);
    return el(
      "tr",
      { "data-rep": j, on: { click: () => toggleTerritory(j) } },
      el("th", { scope: "row" }, chip(DATA.colors[j]), repName(j)),
      el("td", { class: "num" }, known ? percent(index[0], 0) : NONE),
      el("td", { class: "wide" }, known ? dumbbell(index[0], index[1], reach) : null),
      el("td", { class: "num" }, known ? percent(index[1], 0) : NONE),
      el("td", { class: "num" }, number(was.customers)),
      el("td", { class: "num" }, number(TERRITORIES[j].customers)),
      el("td", { class: "num" }, "+" + number(was.gained)),
      el("td", { class: "num" }, "−" + number(was.lost)),
      el("td", { class: "num" }, fixed(was.travel_km, 1)),
      el("td", { class: "num" }, fixed(TERRITORIES[j].travel_km, 1)),
    );
  };
  const heads = [t("territory"), t("indexToday"), el("span", { class: "unseen" }, t("indexOf", { measure: propertyName(measure) })), t("indexPlan"), t("customersToday"), t("customersPlan"), t("gains"), t("losses"), t("kmToday"), t("kmPlan")];
  return card(
    "today",
    t("beforeAfter"),
    today.unowned ? el("p", { class: "remark" }, t("unowned", { n: today.unowned, owned: today.owned })) : null,
    el(
      "dl",
      { class: "pairs" },
      pair("travel", t("meanTravel"), kilometres(before.travel_km), kilometres(after.travel_km), ratio(before.travel_km, after.travel_km)),
      pair("objective-of", t("objective"), number(before.objective), number(after.objective), ratio(before.objective, after.objective)),
      before.worst_index_deviation === null ? null : pair("worst", t("worstDeviation"), percent(before.worst_index_deviation), percent(after.worst_index_deviation), t("worst.note")),
    ),
    el("h3", {}, t("changesHands")),
    el("dl", { class: "tiles small" }, tile("changed", number(today.changed), t("customers"), percent(today.changed / Math.max(1, today.owned))), moved),
    el("h3", {}, t("perTerritory", { measure: propertyName(measure) })),
    el("p", { class: "remark" }, el("span", { class: "key end was", "aria-hidden": "true" }), t("today"), " ", el("span", { class: "key end is", "aria-hidden": "true" }), t("plan"), " · ", t("today.sorted")),
    el(
      "div",
      { class: "scroll tall", tabindex: "0", role: "region", "aria-label": t("beforeAfter") },
      el("table", { id: "today-table" }, el("thead", {}, el("tr", {}, heads.map((h, at) => el("th", { scope: "col", class: at ? "num" : "" }, h)))), el("tbody", {}, rows.map(row))),
    ),
    movesList(today),
  );
}

/** The greatest flows from one rep to another; of the selected territory where one is. */
function movesList(today) {
  const list = today.moves.map((m) => [t("flow", { from: repName(REP_AT.get(m.from)), to: repName(REP_AT.get(m.to)) }), " – ", t("nCustomers", { n: m.customers }), `, ${propertyName(MEASURES[0])} ${number(m.measures[MEASURES[0]])}`]);
  return list.length ? [el("h3", {}, t("flows")), longList(list, "flows", list.length + today.other_moves)] : null;
}
