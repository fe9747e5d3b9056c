// One goal: figures, course, where it falls short, territories.

function tiles(goal) {
  const { all, territories } = goal;
  const good = territories.filter((l) => l.status === "met" || l.status === "on-track").length;
  const tile = (label, value, ...notes) => el("div", { class: "tile" }, el("dt", {}, label), el("dd", {}, value), notes.map((n) => el("dd", { class: "note" }, n)));
  const shares = known(all.forecast) && all.value > 0 ? t("tile.forecastNote", { share: percent(all.forecast / all.value) }) : "";
  return el(
    "dl",
    { class: "tiles" },
    tile(t("tile.actual"), number(all.actual), t("tile.ofTarget", { value: all.value })),
    tile(t("tile.share"), [percent(all.share), " ", badge(all.status)], progress(goal, all), t("tile.elapsed", { elapsed: percent(goal.elapsed) })),
    tile(t("tile.forecast", { date: day(goal.date) }), number(all.forecast), shares),
    tile(t("tile.count"), t("tile.countValue", { good, all: territories.length }), statusBar(goal), t("tile.countNote")),
  );
}

/** How many territories have which status, as one bar. */
function statusBar(goal) {
  const counts = ["met", "on-track", "no-data", "behind", "missed"].map((status) => [status, goal.territories.filter((l) => l.status === status).length]).filter(([, n]) => n > 0);
  const label = counts.map(([status, n]) => `${n} ${t("status." + status)}`).join(", ");
  return el("span", { class: "stack", role: "img", "aria-label": label, title: label }, counts.map(([status, n]) => el("span", { class: "part " + status, style: { flex: String(n) } })));
}

/** The territories that are farthest behind; if none is, those that are farthest ahead. */
function gaps(goal) {
  const some = goal.territories.filter((l) => known(difference(l))).sort((a, b) => difference(a) - difference(b));
  const behind = some.filter((l) => l.status === "behind" || l.status === "missed");
  const list = (behind.length > 0 ? behind : some.reverse()).slice(0, 10);
  const most = Math.max(...list.map((l) => Math.abs(difference(l)))) || 1;
  const digits = alike(list.map(difference), { signDisplay: "exceptZero" });
  const row = (l) => el("li", {}, el("span", { class: "name", title: l.name }, l.name), el("span", { class: "meter", "aria-hidden": "true" }, el("span", { class: l.status, style: { width: `${(Math.abs(difference(l)) / most) * 100}%` } })), el("span", { class: "figure" }, digits(difference(l))));
  return [el("p", { class: "remark" }, t(behind.length > 0 ? "gapsNote" : "gapsNone")), el("ul", { class: "gaps" }, list.map(row))];
}

function lead(goal) {
  const words = { measure: measureName(goal.measure), from: day(goal.from), date: day(goal.date), elapsed: percent(goal.elapsed) };
  if (!goal.as_of) return t("leadNone", words);
  return t(goal.total === "sum" ? "lead" : "leadLast", { ...words, day: day(goal.as_of) });
}

function goalView(goal, state, redraw) {
  const id = state.id;
  const line = goal.territories.find((l) => l.rep === state.selected) ?? goal.all;
  const back = line !== goal.all && el("button", { type: "button", class: "link", id: `back-${id}`, on: { click: () => redraw({ selected: null }, `pick-${id}-${line.rep}`) } }, t("showAll"));
  const title = line === goal.all ? t("course") : t("course.of", { name: line.name });
  const outside = goal.outside !== 0 && card(`outside-${id}`, t("outside"), el("p", { class: "plain" }, t("outsideText", { n: DATA.unknown_customers, amount: number(goal.outside) })));
  return [
    el("div", { class: "goal-head" }, el("h2", { class: "goal-name" }, goal.name), el("p", { class: "lead" }, lead(goal))),
    tiles(goal),
    el("div", { class: "stage" }, card(`course-${id}`, title, line !== goal.all && el("p", { class: "course-head" }, badge(line.status), ` ${number(line.actual)} / ${number(line.value)} · ${percent(line.share)} `, back), courseChart(goal, line)), card(`gaps-${id}`, t("gaps"), gaps(goal))),
    card(`territories-${id}`, t("territories"), territoryTable(goal, state, redraw)),
    goal.all.periods.length > 0 && card(`periods-${id}`, t("periods"), periodTable(goal)),
    outside,
    card(`how-${id}`, t("how"), el("p", { class: "plain" }, t(goal.total === "sum" ? "howSum" : "howLast", { elapsed: percent(goal.elapsed) })), el("p", { class: "plain" }, t("howStatus"))),
  ];
}
