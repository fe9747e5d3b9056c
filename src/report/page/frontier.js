// Travel against stability, against balance, or both: what other limits would cost. Shown when the report has plans to compare.

function frontierCard() {
  const rows = REPORT.frontier;
  if (!rows?.length) return null;
  const balance = rows[0].tolerance !== undefined;
  const change = !balance || rows.some((r) => r.moved_share > 0);
  const kind = balance ? (rows[0].tolerance === rows[1]?.tolerance ? "frontier.grid" : "frontier.balance") : "frontier";
  const columns = [
    balance && ["toleranceHead", (r) => "±" + percent(r.tolerance)],
    change && ["maxShare", (r) => (r.max_share === null ? t("noLimit") : percent(r.max_share))],
    change && ["movedShare", (r) => percent(r.moved_share)],
    [costKey("objective"), (r) => number(r.objective)],
    ["meanTravel", (r) => kilometres(r.travel_km)],
    ["worstDeviation", (r) => percent(r.worst_index_deviation)],
    ["statusHead", (r) => t(r.status === "infeasible" ? "noneFound" : "status." + r.status)],
  ].filter(Boolean);
  const head = ([name]) => el("th", { scope: "col", class: "num" }, t(name));
  const line = (r) => el("tr", {}, columns.map(([, cell]) => el("td", { class: "num" }, cell(r))));
  const drawn = rows.filter((r) => r.status !== "infeasible" && r.objective > 0);
  return card(
    "frontier",
    t(kind),
    el("p", { class: "remark" }, t(kind + ".text" + (weighed() || fitted() ? ".costs" : ""))),
    frontierChart(drawn, kind),
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": t(kind) },
      el("table", {}, el("thead", {}, el("tr", {}, columns.map(head))), el("tbody", {}, rows.map(line))),
    ),
  );
}

/** Share moved, or tolerance, to the right, objective upwards; a line for each tolerance of a grid. */
function frontierChart(rows, kind) {
  if (rows.length < 2) return null;
  const [w, h, left, bottom, top] = [640, 240, 70, 36, 12];
  const [along, name] = kind === "frontier.balance" ? [(r) => r.tolerance, "toleranceHead"] : [(r) => r.moved_share, "movedShare"];
  const most = Math.max(...rows.map(along), 0.01) * 1.05;
  const costs = rows.map((r) => r.objective);
  const [low, high] = [Math.min(...costs), Math.max(...costs)];
  const span = Math.max(high - low, 0.01 * high);
  const right = kind === "frontier.grid" ? 70 : 16;
  const x = (r) => left + ((w - left - right) * along(r)) / most;
  const y = (r) => top + ((h - top - bottom) * (high - r.objective + 0.05 * span)) / (1.1 * span);
  const label = (at, text, anchor) => svg("text", { x: at[0], y: at[1], "text-anchor": anchor }, text);
  const lines = kind === "frontier.grid" ? [...new Set(rows.map((r) => r.tolerance))].map((of) => rows.filter((r) => r.tolerance === of)) : [rows];
  const curve = (of) => {
    const sorted = [...of].sort((a, b) => along(a) - along(b));
    const end = sorted.at(-1);
    return [
      svg("polyline", { points: sorted.map((r) => `${x(r)},${y(r)}`).join(" "), class: "curve" }),
      kind === "frontier.grid" ? label([x(end) + 8, y(end) + 4], "±" + percent(end.tolerance), "start") : null,
    ];
  };
  return svg(
    "svg",
    { class: "chart", viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": t(kind + ".text" + (weighed() || fitted() ? ".costs" : "")) },
    svg("line", { x1: left, y1: h - bottom, x2: w - right, y2: h - bottom, class: "axis-line" }),
    svg("line", { x1: left, y1: top, x2: left, y2: h - bottom, class: "axis-line" }),
    label([left - 6, y({ objective: high }) + 4], number(high), "end"),
    label([left - 6, y({ objective: low }) + 4], number(low), "end"),
    label([left, h - bottom + 16], percent(0, 0), "middle"),
    label([w - right, h - bottom + 16], percent(most, 0), "end"),
    label([(w + left) / 2, h - 4], t(name), "middle"),
    lines.flatMap(curve).filter(Boolean),
    rows.map((r) => svg("circle", { cx: x(r), cy: y(r), r: 4, class: "curve-dot" })),
  );
}
