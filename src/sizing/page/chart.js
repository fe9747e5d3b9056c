// The curve: cost by number of reps, with the bound below it.

/** A curve whose points call `pick` with the position of their row. */
function curveChart(selected, pick) {
  const narrow = matchMedia("(max-width: 640px)").matches;
  const W = 760, H = 340, left = narrow ? 130 : 86, right = 20, top = 14, bottom = 36;
  const rows = DATA.rows.filter((row) => known(leastOf(row)) && row.verdict !== "no");
  const values = rows.flatMap((row) => [costOf(row), leastOf(row)]).filter(known);
  if (values.length === 0) return null;
  const marks = ticks(Math.min(...values), Math.max(...values));
  const [low, high] = [marks[0], marks.at(-1)];
  const numbers = DATA.rows.map((row) => row.reps);
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  const x = (reps) => left + 14 + ((reps - first) / (last - first || 1)) * (W - left - right - 28);
  const y = (value) => H - bottom - ((value - low) / (high - low || 1)) * (H - top - bottom);
  const path = (list, of) => list.filter((row) => known(of(row))).map((row, i) => `${i ? "L" : "M"}${x(row.reps).toFixed(1)} ${y(of(row)).toFixed(1)}`).join("");
  const every = Math.ceil(numbers.length / (narrow ? 6 : 14));
  const dot = (row, at) => {
    const choose = () => pick(at, `point-${row.reps}`);
    const key = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose();
    };
    const label = `${row.reps}: ${number(costOf(row))} (${t("bound")}: ${numberAtLeast(leastOf(row))})`;
    const name = ["point", at === DATA.best && "best", at === selected && "selected"].filter(Boolean).join(" ");
    return svg("circle", { class: name, id: `point-${row.reps}`, cx: x(row.reps), cy: y(costOf(row)), r: at === DATA.best ? 8 : 6, tabindex: 0, role: "button", "aria-label": label, "aria-pressed": String(at === selected), on: { click: choose, keydown: key } }, svg("title", {}, label));
  };
  const picture = svg(
    "svg",
    { class: "chart", viewBox: `0 0 ${W} ${H}`, role: "group", "aria-label": t("chart") },
    marks.map((m) => [
      svg("line", { class: "axis-line", x1: left, x2: W - right, y1: y(m), y2: y(m) }),
      svg("text", { x: left - 8, y: y(m) + 4, "text-anchor": "end" }, number(m)),
    ]),
    numbers.map((reps, i) => i % every === 0 && svg("text", { x: x(reps), y: H - 12, "text-anchor": "middle" }, String(reps))),
    svg("path", { class: "forecast", d: path(rows, leastOf) }),
    svg("path", { class: "curve", d: path(rows.filter(found), costOf) }),
    DATA.rows.map((row, at) => found(row) && dot(row, at)),
  );
  const key = (name, text) => el("span", { class: "entry" }, svg("svg", { width: 26, height: 10, "aria-hidden": "true" }, svg("line", { class: name, x1: 1, x2: 25, y1: 5, y2: 5 })), text);
  return [picture, el("div", { class: "legend" }, key("curve", t("plan")), key("forecast", t("bound")))];
}
