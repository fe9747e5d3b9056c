// Travel against stability: what less change would cost. Shown when the report has plans to compare.

function frontierCard() {
  const rows = REPORT.frontier;
  if (!rows?.length) return null;
  const heads = ["maxShare", "movedShare", "objective", "meanTravel", "worstDeviation", "statusHead"];
  const cells = (r) => [r.max_share === null ? t("noLimit") : percent(r.max_share), percent(r.moved_share), number(r.objective), kilometres(r.travel_km), percent(r.worst_index_deviation), t("status." + r.status)];
  return card(
    "frontier",
    t("frontier"),
    el("p", { class: "remark" }, t("frontier.text")),
    frontierChart(rows.filter((r) => r.status !== "infeasible" && r.objective > 0)),
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": t("frontier") },
      el("table", {}, el("thead", {}, el("tr", {}, heads.map((h) => el("th", { scope: "col", class: "num" }, t(h))))), el("tbody", {}, rows.map((r) => el("tr", {}, cells(r).map((c) => el("td", { class: "num" }, c)))))),
    ),
  );
}

/** Share moved to the right, objective upwards. */
function frontierChart(rows) {
  if (rows.length < 2) return null;
  const [w, h, left, bottom, top] = [640, 240, 70, 36, 12];
  const most = Math.max(...rows.map((r) => r.moved_share), 0.01) * 1.05;
  const costs = rows.map((r) => r.objective);
  const [low, high] = [Math.min(...costs), Math.max(...costs)];
  const span = Math.max(high - low, 0.01 * high);
  const x = (r) => left + ((w - left - 16) * r.moved_share) / most;
  const y = (r) => top + ((h - top - bottom) * (high - r.objective + 0.05 * span)) / (1.1 * span);
  const line = [...rows].sort((a, b) => a.moved_share - b.moved_share).map((r) => `${x(r)},${y(r)}`).join(" ");
  const label = (at, text, anchor) => svg("text", { x: at[0], y: at[1], "text-anchor": anchor }, text);
  return svg(
    "svg",
    { class: "chart", viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": t("frontier.text") },
    svg("line", { x1: left, y1: h - bottom, x2: w - 16, y2: h - bottom, class: "axis-line" }),
    svg("line", { x1: left, y1: top, x2: left, y2: h - bottom, class: "axis-line" }),
    label([left - 6, y({ objective: high }) + 4], number(high), "end"),
    label([left - 6, y({ objective: low }) + 4], number(low), "end"),
    label([left, h - bottom + 16], percent(0, 0), "middle"),
    label([w - 16, h - bottom + 16], percent(most, 0), "end"),
    label([(w + left) / 2, h - 4], t("movedShare"), "middle"),
    svg("polyline", { points: line, class: "curve" }),
    rows.map((r) => svg("circle", { cx: x(r), cy: y(r), r: 4, class: "curve-dot" })),
  );
}
