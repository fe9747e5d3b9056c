// The regions of the reps: totals and goals at every level, each region above those in it.

/** The goals of all regions: one column for what is to be reached, each by what tells it from others. */
function regionGoals(regions) {
  const goals = new Map();
  for (const g of regions) {
    for (const goal of g.targets ?? []) goals.set([goal.name, goal.measure, goal.from, goal.date].join("\n"), goal);
  }
  return [...goals.values()];
}

function regionsCard() {
  const regions = REPORT.regions ?? [];
  if (!regions.length) return null;
  const total = (g, m) => g.measures.find((x) => x.measure === m) ?? {};
  const goalOf = (g, goal) => (g.targets ?? []).find((x) => x.name === goal.name && x.measure === goal.measure && x.from === goal.from && x.date === goal.date);
  const list = [
    { head: t("regions.reps"), value: (g) => number(g.reps.length) },
    { head: t("customers"), value: (g) => number(g.customers) },
  ];
  for (const m of MEASURES) {
    const name = propertyName(m);
    const show = alike(regions.map((g) => total(g, m).total));
    const target = alike(regions.map((g) => total(g, m).target ?? NaN));
    if (m !== "customers") list.push({ head: name, value: (g) => show(total(g, m).total) });
    list.push({ head: t("targetOf", { measure: name }), value: (g) => (total(g, m).target === null ? NONE : target(total(g, m).target)) });
    list.push({ head: t("indexOf", { measure: name }), value: (g) => (total(g, m).index === null ? NONE : percent(total(g, m).index)) });
  }
  list.push({ head: t("meanKm"), value: (g) => fixed(g.travel_km, 1) });
  for (const goal of regionGoals(regions)) {
    const show = alike(regions.map((g) => goalOf(g, goal)?.value ?? NaN));
    list.push({ head: t("target.title", { name: goal.name }), value: (g) => (goalOf(g, goal) ? [show(goalOf(g, goal).value), " ", metWords(goalOf(g, goal).met)] : NONE) });
  }
  const row = (g) =>
    el(
      "tr",
      { "data-region": g.region },
      el("th", { scope: "row", style: { "padding-left": g.level + "em" }, title: g.region }, g.name),
      list.map((c) => el("td", { class: "num" }, c.value(g))),
    );
  return card(
    "regions",
    t("regions"),
    el("p", { class: "remark" }, t("regions.text")),
    el(
      "div",
      { class: "scroll tall", tabindex: "0", role: "region", "aria-label": t("regions") },
      el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("region")), list.map((c) => el("th", { scope: "col", class: "num" }, c.head)))), el("tbody", {}, regions.map(row))),
    ),
  );
}
