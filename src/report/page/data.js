// The plan as the page was given it, decoded once.

const DATA = JSON.parse(document.getElementById("data").textContent);
const REPORT = DATA.report;
const SCENARIO = REPORT.scenario;
const TERRITORIES = REPORT.territories;
/** Whether this is today's assignment, and it breaks rules: it was asked for as it is, and is no failed plan. */
const DEVIATES = REPORT.kept && REPORT.status === "infeasible";
/** No plan was found, and none is ruled out. */
const NOT_FOUND = REPORT.claim === "not-found";
const POINTS = DATA.points;
/** Names of the balanced measures, the first one first. */
const MEASURES = SCENARIO.balance.map((b) => b.measure);
/** Measures that are counted and not balanced. */
const COUNTED = REPORT.dashboard?.measures ?? [];
const REP_AT = new Map(TERRITORIES.map((r, j) => [r.rep, j]));

/** Degrees that are added to western longitudes where the data lie on both sides of the antimeridian. */
const SHIFT = (() => {
  const lon = [...DATA.map.homes.map((h) => h[0]), ...POINTS.x].map((x) => x / DATA.map.scale);
  const east = lon.filter((x) => x >= 0);
  const west = lon.filter((x) => x < 0);
  const least = (list) => list.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (list) => list.reduce((a, b) => Math.max(a, b), -Infinity);
  const plain = most(lon) - least(lon);
  const shifted = most(west) + 360 - least(east);
  return west.length && east.length && shifted < plain ? 360 : 0;
})();

function degrees(x, y) {
  const lon = x / DATA.map.scale;
  return [y / DATA.map.scale, lon < 0 ? lon + SHIFT : lon];
}

/** Arcs of differences as lists of [lat, lon]. */
function decode(arcs) {
  return arcs.map((arc) => {
    const line = [];
    let x = 0;
    let y = 0;
    for (let i = 0; i < arc.length; i += 2) {
      x += arc[i];
      y += arc[i + 1];
      line.push(degrees(x, y));
    }
    return line;
  });
}

const ARCS = decode(DATA.map.arcs);
const CONTEXT = decode(DATA.map.context_arcs);
const BARRIERS = decode(DATA.map.barrier_arcs ?? []);
const HOMES = DATA.map.homes.map((h) => degrees(h[0], h[1]));

/** A ring of steps along arcs; a step below 0 runs its arc backwards. */
function ring(steps) {
  const line = [];
  for (const step of steps) {
    const arc = step < 0 ? ARCS[~step].slice().reverse() : ARCS[step];
    for (let i = line.length ? 1 : 0; i < arc.length; i++) line.push(arc[i]);
  }
  return line;
}

const SHAPES = DATA.map.territories.map((shape) => shape.map((polygon) => polygon.map(ring)));

/** Arcs that only one territory has: the outline of the whole. */
const OUTLINE = (() => {
  const uses = new Uint8Array(ARCS.length);
  for (const step of DATA.map.territories.flat(3)) {
    const at = step < 0 ? ~step : step;
    uses[at] = Math.min(2, uses[at] + 1);
  }
  return ARCS.filter((_, at) => uses[at] === 1);
})();

function repName(j) {
  return TERRITORIES[j].name;
}

/** Name and id, where they differ. */
function repLabel(j) {
  const r = TERRITORIES[j];
  return r.name === String(r.rep) ? r.name : `${r.name} (${r.rep})`;
}

/** The figures of a measure for a territory. */
function figures(j, measure) {
  return TERRITORIES[j].measures[measure];
}

function sum(list) {
  return list.reduce((a, b) => a + b, 0);
}

/** Total of a balanced measure. */
function total(measure) {
  return sum(TERRITORIES.map((r) => r.measures[measure].total));
}

/** The greatest deviation from a target, or null without targets. */
function worstDeviation(measures) {
  let worst = null;
  for (const r of TERRITORIES) {
    for (const m of measures) {
      const index = r.measures[m].index;
      if (index !== null) worst = Math.max(worst ?? 0, Math.abs(index - 1));
    }
  }
  return worst;
}

/** Whether a territory is within its bounds, give or take rounding. */
function within(j, measure) {
  const f = figures(j, measure);
  const slack = 1e-9 * Math.max(1, Math.abs(f.total));
  return f.total >= f.lower - slack && (f.upper === null || f.total <= f.upper + slack);
}
