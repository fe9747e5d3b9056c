// Where the reps of a row live, among the customers.

function basesMap(row) {
  const W = 620;
  const outline = DATA.outline.flat();
  const points = [...DATA.customers, ...DATA.people.map((p) => [p.lon, p.lat]), ...outline];
  const ends = (list) => list.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const [west, east] = ends(points.map((p) => p[0]));
  const [south, north] = ends(points.map((p) => p[1]));
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = (W - 20) / Math.max((east - west) * narrow, (north - south) * 0.8, 1e-6);
  const H = (north - south) * scale + 20;
  const shift = (W - (east - west) * narrow * scale) / 2;
  const at = ([lon, lat]) => [shift + (lon - west) * narrow * scale, 10 + (north - lat) * scale];
  const path = (ring) => ring.map((p, i) => `${i ? "L" : "M"}${at(p).map((v) => v.toFixed(1)).join(" ")}`).join("") + "Z";
  const dots = DATA.customers.map((p) => `M${at(p).map((v) => v.toFixed(1)).join(" ")}h0`).join("");
  const home = (j) => {
    const { id, name, lon, lat, stays } = DATA.people[j];
    const [x, y] = at([lon, lat]);
    const label = `${name === id ? id : `${name} (${id})`}${stays ? `, ${t("stays")}` : ""}`;
    return svg("rect", { class: stays ? "home stays" : "home", x: x - 5, y: y - 5, width: 10, height: 10, rx: 2 }, svg("title", {}, label));
  };
  const label = `${t("map", { n: row.reps })}: ${row.chosen.map((j) => DATA.people[j].name).join(", ")}`;
  return svg(
    "svg",
    { class: "bases", viewBox: `0 0 ${W} ${H.toFixed(0)}`, role: "img", "aria-label": label },
    svg("path", { class: "land", d: DATA.outline.map(path).join("") }),
    svg("path", { class: "customers", d: dots }),
    row.chosen.map(home),
  );
}
