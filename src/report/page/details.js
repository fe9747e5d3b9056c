// The territory that is selected, in a box on the map.

function detailLine(label, value, note) {
  return [el("dt", {}, label), el("dd", {}, value, note ? el("small", {}, " ", note) : null)];
}

function detailsBox(view) {
  const j = store.selected;
  if (j < 0) return null;
  const r = TERRITORIES[j];
  const lines = [];
  for (const measure of MEASURES) {
    const f = r.measures[measure];
    lines.push(detailLine(propertyName(measure), amount(measure, f.total), f.index === null ? "" : percent(f.index)));
  }
  for (const counted of COUNTED) lines.push(detailLine(propertyName(counted.measure), number(counted.territories[j])));
  lines.push(detailLine(t("customers"), number(r.customers)));
  lines.push(detailLine(t("meanTravel"), kilometres(r.travel_km), r.travel_minutes === null ? "" : `${fixed(r.travel_minutes, 0)} min`));
  const before = REPORT.today?.territories[j];
  if (before) {
    lines.push(detailLine(t("today"), t("nCustomers", { n: before.customers }), kilometres(before.travel_km)));
    lines.push(detailLine(t("comesGoes"), `+${number(before.gained)} / −${number(before.lost)}`));
  }
  const point = store.point;
  return el(
    "section",
    { class: "details", "aria-labelledby": "details-title" },
    el("h3", { id: "details-title" }, chip(DATA.colors[j]), el("span", {}, repLabel(j))),
    el("button", { type: "button", class: "close", "aria-label": t("close"), on: { click: () => choose({ selected: -1, point: -1 }) } }, "×"),
    point >= 0 ? el("p", { id: "looked-up" }, t("lookedUp", { name: POINTS.name?.[point] || POINTS.id[point] }), " · ", `${propertyName(MEASURES[0])} ${amount(MEASURES[0], POINTS.size[point])}`) : null,
    el("dl", {}, lines),
    el("button", { type: "button", class: "link", on: { click: () => view.showTerritory(j) } }, t("zoomTo")),
  );
}
