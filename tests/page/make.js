// Inputs for the pages under test, the same on every machine.

import fs from "node:fs";
import path from "node:path";

/** splitmix32: numbers in [0, 1) from a seed. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
  };
}

const digits = (x, n) => Number(x.toFixed(n));

/** `n` customers in towns of all sizes between the North Sea and the Alps, `k` reps near some of them. */
export function many(dir, n, k, seed = 1) {
  fs.mkdirSync(dir, { recursive: true });
  const next = random(seed);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const towns = Array.from({ length: 400 }, () => [6.5 + 8 * next(), 47.8 + 6.7 * next(), 0.02 + 0.25 * next() ** 3]);
  const rows = ["id,name,lon,lat,workload,revenue,industry,share_rival,owner"];
  const industries = ["machinery", "food", "health", "retail", "logistics"];
  for (let i = 0; i < n; i++) {
    const [x, y, spread] = towns[Math.floor(400 * next() ** 1.7)];
    const lon = digits(x + spread * gauss(), 5);
    const lat = digits(y + 0.65 * spread * gauss(), 5);
    const workload = digits(Math.exp(0.6 * gauss()) * 5, 1);
    const owner = `R${1 + Math.floor(k * next())}`;
    rows.push(`C${String(i + 1).padStart(7, "0")},Company ${i + 1},${lon},${lat},${workload},${Math.round(workload * 4000 * next())},${industries[Math.floor(5 * next())]},${digits(next() * 0.6, 2)},${owner}`);
  }
  fs.writeFileSync(path.join(dir, "customers.csv"), rows.join("\n") + "\n");
  const reps = ["id,name,lon,lat"];
  for (let j = 0; j < k; j++) {
    const [x, y] = towns[Math.floor(400 * next())];
    reps.push(`R${j + 1},Rep ${j + 1},${digits(x + 0.1 * gauss(), 5)},${digits(y + 0.1 * gauss(), 5)}`);
  }
  fs.writeFileSync(path.join(dir, "reps.csv"), reps.join("\n") + "\n");
  const scenario = `name = "${n} customers"\ncustomers = "customers.csv"\nreps = "reps.csv"\n[[balance]]\nmeasure = "workload"\n[dashboard]\nsegments = ["industry"]\nmeasures = ["revenue"]\ncompetitors = ["share_rival"]\nshare_of = "revenue"\n`;
  fs.writeFileSync(path.join(dir, "scenario.toml"), scenario);
  return path.join(dir, "scenario.toml");
}

/** The towns as a German spreadsheet saves them: a title, semicolons, decimal commas, Windows-1252, a customer far away. */
export function german(dir, tiny) {
  fs.mkdirSync(dir, { recursive: true });
  const [head, ...rows] = fs.readFileSync(path.join(tiny, "customers.csv"), "utf8").trim().split("\n");
  const names = head.split(",");
  const at = (name) => names.indexOf(name);
  const comma = (text) => text.replace(".", ",");
  const lines = rows.map((row) => {
    const cells = row.split(",");
    return [cells[at("id")], "Bäckerei", comma(cells[at("lon")]), comma(cells[at("lat")]), comma((Number(cells[at("workload")]) + 0.25).toFixed(2)), "a"].join(";");
  });
  lines.push("C999;Bäckerei;-3,70379;40,41678;3,25;a");
  const text = ["Kundenliste;;;;;", "Kundennummer;Bezeichnung;Längengrad;Breitengrad;workload;Notiz", ...lines].join("\r\n") + "\r\n";
  fs.writeFileSync(path.join(dir, "kunden.csv"), Buffer.from(text, "latin1"));
  fs.copyFileSync(path.join(tiny, "reps.geojson"), path.join(dir, "reps.geojson"));
  const scenario = 'name = "Aus der Tabelle"\ncustomers = "kunden.csv"\nreps = "reps.geojson"\n[[balance]]\nmeasure = "workload"\ntolerance = 0.5\n';
  fs.writeFileSync(path.join(dir, "scenario.toml"), scenario);
  return path.join(dir, "scenario.toml");
}

/** Ten towns of which nine are locked to one rep: no plan is balanced. */
export function infeasible(dir, tiny) {
  fs.mkdirSync(dir, { recursive: true });
  const [head, ...rows] = fs.readFileSync(path.join(tiny, "customers.csv"), "utf8").trim().split("\n");
  const owner = head.split(",").indexOf("owner");
  const locked = rows.map((row, i) => {
    const cells = row.split(",");
    if (i < 9) cells[owner] = "R1";
    return [...cells, i < 9].join(",");
  });
  fs.writeFileSync(path.join(dir, "customers.csv"), [head + ",locked", ...locked].join("\n") + "\n");
  fs.copyFileSync(path.join(tiny, "reps.geojson"), path.join(dir, "reps.geojson"));
  fs.writeFileSync(path.join(dir, "scenario.toml"), 'name = "Too much for one"\ncustomers = "customers.csv"\nreps = "reps.geojson"\n');
  return path.join(dir, "scenario.toml");
}

/** Texts that a careless page would run; each tells where it came from. */
export const EVIL = [
  '<img src=x onerror="window.hacked=\'img\'">',
  "</script><script>window.hacked='script'</script>",
  '"><svg onload="window.hacked=\'svg\'"></svg>',
  "<!--<script>",
  "{{data}}${window.hacked='template'}\u2028';window.hacked='quote';//",
  "=cmd|' /C calc'!A1",
];

/** A plan with such a text in every field that takes text. */
export function evil(dir) {
  fs.mkdirSync(dir, { recursive: true });
  const at = (i, tag) => `${EVIL[i % EVIL.length]} ${tag}`;
  const measure = at(0, "measure");
  const [segment, share, revenue] = [at(1, "segment"), at(2, "share"), at(3, "revenue")];
  const feature = (properties, coordinates) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });
  const collection = (features) => JSON.stringify({ type: "FeatureCollection", features });
  const customers = Array.from({ length: 24 }, (_, i) =>
    feature(
      { id: at(i, `c${i}`), name: at(i + 1, `name ${i}`), [measure]: 1 + (i % 5), [revenue]: 10 * i, [segment]: at(i + 2, `value ${i % 4}`), [share]: (i % 10) / 10, owner: at(i % 3, `r${i % 3}`), group: i < 3 ? at(3, "group") : null, requires: i === 5 ? [at(4, "skill")] : [] },
      [9 + (i % 6) * 0.4, 49 + Math.floor(i / 6) * 0.4],
    ),
  );
  const reps = [0, 1, 2].map((j) => feature({ id: at(j, `r${j}`), name: at(j + 4, `rep ${j}`), skills: j === 0 ? [at(4, "skill")] : [] }, [9.3 + j * 0.7, 49.5]));
  fs.writeFileSync(path.join(dir, "customers.geojson"), collection(customers));
  fs.writeFileSync(path.join(dir, "reps.geojson"), collection(reps));
  const text = (value) => JSON.stringify(value).replaceAll("\u2028", "\\u2028");
  const scenario = [
    `name = ${text(at(0, "scenario") + at(1, ""))}`,
    'customers = "customers.geojson"',
    'reps = "reps.geojson"',
    "[[balance]]",
    `measure = ${text(measure)}`,
    "tolerance = 0.4",
    "[change]",
    "max_share = 0.9",
    "[dashboard]",
    `segments = [${text(segment)}]`,
    `competitors = [${text(share)}]`,
    `measures = [${text(revenue)}]`,
    `attribution = ${text(at(2, "source"))}`,
  ];
  fs.writeFileSync(path.join(dir, "scenario.toml"), scenario.join("\n") + "\n");
  return path.join(dir, "scenario.toml");
}

/** The same with targets, and results that are right, wrong and told of in all the ways there are. */
export function evilTargets(dir) {
  const scenario = evil(dir);
  const at = (i, tag) => `${EVIL[i % EVIL.length]} ${tag}`;
  const text = (value) => JSON.stringify(value).replaceAll("\u2028", "\\u2028");
  const target = (name, measure) => `[[target]]\nname = ${text(name)}\nmeasure = ${text(measure)}\nvalue = 100\nfrom = 2026-01-15\ndate = 2026-12-31\n`;
  fs.appendFileSync(scenario, target(at(0, at(1, "goal")), at(3, "revenue")) + target(at(2, "nothing yet"), at(1, "unknown")));
  const cell = (value) => `"${String(value).replaceAll('"', '""')}"`;
  const rows = [["customer_id", "period", "measure", "value"]];
  for (let i = 0; i < 24; i++) for (const period of ["2026-01", "2026-02", "2026-03"]) rows.push([at(i, `c${i}`), period, at(3, "revenue"), 10 + i]);
  rows.push([at(0, "c99"), "2026-02", at(3, "revenue"), 5], [at(0, "c0"), "2026-02", at(2, "other"), 1], [at(1, "c1"), "2026-02", at(4, "another"), 1]);
  const results = path.join(dir, "results.csv");
  fs.writeFileSync(results, rows.map((row) => row.map(cell).join(",")).join("\n") + "\n");
  return { scenario, results };
}
