// The course of a line over time, and its small pictures in the table.

const DAY = 86400000;
const time = (text) => Date.parse(text + "T00:00:00Z");

/** Results so far against what is expected, the target and the forecast. */
function courseChart(goal, line) {
  // On a phone the picture is drawn smaller, and its letters are larger to make up for it.
  const narrow = matchMedia("(max-width: 640px)").matches;
  const W = 760, H = 320, left = narrow ? 104 : 62, right = 20, top = 14, bottom = 34, letters = narrow ? 130 : 70;
  const begin = time(goal.from) - DAY, end = time(goal.date);
  const points = line.periods.filter((p) => known(p.to_date));
  const sum = goal.total === "sum";
  const start = sum ? 0 : known(line.base) ? line.base : null;
  const all = [line.value, line.forecast, line.expected, start, ...points.map((p) => p.to_date), ...line.periods.map((p) => p.expected)].filter(known);
  const marks = ticks(Math.min(0, ...all), Math.max(...all, 0));
  const [low, high] = [marks[0], marks.at(-1)];
  const x = (at) => left + ((at - begin) / (end - begin || 1)) * (W - left - right);
  const y = (value) => H - bottom - ((value - low) / (high - low)) * (H - top - bottom);
  const path = (list) => list.map(([at, value], i) => `${i ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("");

  const grid = marks.map((m) => [
    svg("line", { class: m === 0 ? "axis-line strong" : "axis-line", x1: left, x2: W - right, y1: y(m), y2: y(m) }),
    svg("text", { x: left - 8, y: y(m) + 4, "text-anchor": "end" }, brief(m)),
  ]);
  let free = -Infinity;
  const labels = line.periods.map((p) => {
    const at = Math.min(x(time(p.end)), W - right);
    if (at < free) return null;
    free = at + letters;
    return svg("text", { x: at, y: H - 12, "text-anchor": at > W - letters ? "end" : "middle" }, period(p.period));
  });
  const first = points[0];
  const expectedFrom = start !== null ? [[begin, start]] : first ? [[time(first.end), first.to_date]] : [[begin, 0]];
  const actual = [...(start !== null ? [[begin, start]] : []), ...points.map((p) => [time(p.end), p.to_date])];
  const now = goal.as_of ? Math.min(time(goal.as_of), end) : null;
  const latest = actual.at(-1);
  const picture = svg(
    "svg",
    { class: "chart", viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": t("chart", { actual: number(line.actual), value: number(line.value) }) },
    grid,
    labels,
    svg("text", { x: left, y: H - 12, "text-anchor": "start", class: line.periods.length && x(time(line.periods[0].end)) - left < letters + 50 ? "unseen-mark" : null }, day(goal.from)),
    svg("path", { class: "expected", d: path([...expectedFrom, [end, line.value]]) }),
    svg("line", { class: "goal", x1: left, x2: W - right, y1: y(line.value), y2: y(line.value) }),
    now && svg("line", { class: "now", x1: x(now), x2: x(now), y1: top, y2: H - bottom }),
    known(line.forecast) && latest && now && now < end && svg("path", { class: "forecast", d: path([[now, latest[1]], [end, line.forecast]]) }),
    actual.length > 1 && sum && svg("path", { class: "area", d: `${path(actual)}L${x(latest[0])} ${y(0)}L${x(actual[0][0])} ${y(0)}Z` }),
    svg("path", { class: "curve " + line.status, d: path(actual) }),
    points.map((p) => svg("circle", { class: "curve-dot " + line.status, cx: x(time(p.end)), cy: y(p.to_date), r: 4.5 }, svg("title", {}, `${period(p.period)}: ${number(p.to_date)} (${t("expected")}: ${number(p.expected)})`))),
  );
  const key = (name, text) => el("span", { class: "entry" }, svg("svg", { width: 26, height: 10, "aria-hidden": "true" }, svg("line", { class: name, x1: 1, x2: 25, y1: 5, y2: 5 })), text);
  return [
    picture,
    el("div", { class: "legend" }, key("curve " + line.status, t("actual")), key("expected", t("expected")), key("goal", `${t("target")}: ${number(line.value)}`), known(line.forecast) && now < end && key("forecast", `${t("forecast")}: ${number(line.forecast)}`)),
  ];
}

/** Results period by period: bars where they add up, a line where the latest counts. */
function sparkline(goal, line) {
  const W = 96, H = 26, sum = goal.total === "sum";
  const values = line.periods.map((p) => (sum ? p.actual : p.to_date));
  const some = values.filter(known);
  const list = line.periods.map((p, i) => `${period(p.period)} ${number(values[i])}`).join(", ");
  const label = t(sum ? "trendSum" : "trendLast", { list });
  const frame = (...shapes) => svg("svg", { class: "spark", width: W, height: H, viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": label }, svg("title", {}, label), ...shapes);
  if (some.length === 0) return frame();
  const low = sum ? Math.min(0, ...some) : Math.min(...some), high = Math.max(sum ? 0 : -Infinity, ...some);
  const span = high - low || 1;
  const y = (v) => 3 + (1 - (v - low) / span) * (H - 6);
  if (sum) {
    const w = W / values.length;
    return frame(values.map((v, i) => known(v) && svg("rect", { class: i === values.length - 1 ? "spark-bar last" : "spark-bar", x: (i * w + Math.min(1.5, w / 6)).toFixed(1), width: Math.max(1, w - Math.min(3, w / 3)).toFixed(1), y: Math.min(y(v), y(0)).toFixed(1), height: Math.max(1, Math.abs(y(v) - y(0))).toFixed(1) })));
  }
  const x = (i) => 4 + (values.length === 1 ? 1 : i / (values.length - 1)) * (W - 8);
  const points = values.map((v, i) => [i, v]).filter(([, v]) => known(v));
  const [lastAt, lastValue] = points.at(-1);
  return frame(svg("polyline", { class: "spark-line", points: points.map(([i, v]) => `${x(i).toFixed(1)},${y(v).toFixed(1)}`).join(" ") }), svg("circle", { class: "spark-dot", cx: x(lastAt), cy: y(lastValue), r: 2.8 }));
}

/** Share of the target as a bar, with a mark where the time stands. */
function progress(goal, line) {
  const share = known(line.share) ? line.share : line.status === "met" ? 1 : 0;
  const top = 1.2; // a bar reaches a fifth beyond the target
  const width = (part) => `${(Math.min(Math.max(part, 0), top) / top) * 100}%`;
  return el(
    "span",
    { class: "progress", role: "img", "aria-label": `${percent(line.share)} – ${t("tile.elapsed", { elapsed: percent(goal.elapsed) })}` },
    el("span", { class: "full", style: { width: width(1) } }),
    el("span", { class: "done " + line.status, style: { width: width(share) } }),
    el("span", { class: "tick", style: { left: width(goal.elapsed) } }),
  );
}
