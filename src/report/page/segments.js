// Segments stacked per territory, and what competitors hold.

let counting = "customers";

function segmentNames(segment) {
  const names = [...segment.values];
  names.push(t("otherValues", { n: segment.other_values }), t("noValue"));
  return names;
}

function segmentsCards() {
  return (REPORT.dashboard?.segments ?? []).map((segment, at) => {
    const rows = counting === "customers" ? segment.customers : segment.amounts;
    const names = segmentNames(segment);
    const used = names.map((_, v) => rows.some((row) => row[v] > 0));
    const n = segment.values.length;
    const all = names.map((_, v) => sum(rows.map((row) => row[v])));
    const order = [...TERRITORIES.keys()].sort((a, b) => repName(a).localeCompare(repName(b), lang, { numeric: true }) || a - b);
    const stack = (row, label) => {
      const whole = sum(row);
      const parts = row.map((value, v) => (value > 0 ? el("span", { class: "part", style: { width: (100 * value) / whole + "%", background: categoryColor(v, n) }, title: `${names[v]}: ${number(value)} (${percent(value / whole)})` }) : null));
      const words = row.map((value, v) => (value > 0 ? `${names[v]} ${percent(value / whole, 0)}` : "")).filter(Boolean);
      return el("span", { class: "stack", role: "img", "aria-label": `${label}: ${words.join(", ")}` }, parts);
    };
    const show = alike(rows.map(sum));
    const line = (label, row, attributes = {}, mark = null) => el("li", attributes, el("span", { class: "who" }, mark, el("span", { class: "name" }, label)), stack(row, label), el("span", { class: "figure" }, show(sum(row))));
    const legend = names.map((name, v) => (used[v] ? legendEntry(el("span", { class: "chip", "aria-hidden": "true", style: { background: categoryColor(v, n) } }), `${name} ${percent(all[v] / sum(all), 0)}`) : null));
    return card(
      "segment-" + at,
      t("segment", { property: propertyName(segment.property) }),
      el("div", { class: "controls" }, picker(t("count"), [["customers", t("customers")], ["amounts", propertyName(segment.measure)]], counting, (value) => {
        counting = value;
        refresh("segments");
      })),
      el("div", { class: "legend" }, legend),
      el("ul", { class: "stacks", tabindex: "0", "aria-label": propertyName(segment.property) }, line(t("total"), all, { class: "all" }), order.map((j) => line(repName(j), rows[j], { "data-rep": j }, chip(DATA.colors[j])))),
    );
  });
}

function competitorsCard() {
  const list = REPORT.dashboard?.competitors ?? [];
  if (!list.length) return null;
  const measure = propertyName(list[0].share_of);
  const greatest = Math.max(...list.flatMap((c) => c.shares.map((s) => s ?? 0)), 1e-9);
  const held = (j) => sum(list.map((c) => c.shares[j] ?? 0));
  const order = [...TERRITORIES.keys()].sort((a, b) => held(b) - held(a) || a - b);
  const cells = (c, at, total, share) => [
    el("td", { class: "num", "data-key": c.property }, number(total)),
    el("td", { class: "num share" }, percent(share)),
    el("td", { class: "wide" }, el("span", { class: "meter", "aria-hidden": "true" }, el("span", { style: { width: (100 * (share ?? 0)) / greatest + "%", background: categoryColor(at, 12) } }))),
  ];
  const heads = list.flatMap((c) => [el("th", { scope: "col", class: "num" }, propertyName(c.property.replace(/^share[_ ]/, ""))), el("th", { scope: "col", class: "num" }, t("share")), el("th", { scope: "col", "aria-label": t("share") })]);
  return card(
    "competitors",
    t("competitors"),
    el("p", { class: "remark" }, t("competitors.text", { measure })),
    el(
      "div",
      { class: "scroll tall", tabindex: "0", role: "region", "aria-label": t("competitors") },
      el(
        "table",
        {},
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("territory")), heads)),
        el("tbody", {}, order.map((j) => el("tr", { "data-rep": j }, el("th", { scope: "row" }, chip(DATA.colors[j]), repName(j)), list.flatMap((c, at) => cells(c, at, c.totals[j], c.shares[j]))))),
        el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, t("total")), list.flatMap((c, at) => cells(c, at, c.total, c.share)))),
      ),
    ),
  );
}
