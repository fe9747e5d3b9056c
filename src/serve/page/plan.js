// The plan as the server has it: loaded, loaded again, and looked up.

import { ask } from "./api.js";
import { choose, store } from "./store.js";

/** Degrees of longitude that are added in the west where the data lie on both sides of the antimeridian. */
let shift = 0;
const index = { customers: null, reps: new Map() };

export const turned = (lon) => (lon < 0 ? lon + shift : lon);

/** Reads everything, and once more where the server changed in between. */
export async function load() {
  const state = await ask("GET", "/v1/state");
  // Both were asked for before this script was read; territories there are with the first plan.
  const shapes = state.status ? ask("GET", "/v1/territories.geojson").catch(() => null) : null;
  const columns = await ask("GET", "/v1/customers");
  const customers = decode(columns);
  index.customers = null;
  accept(state);
  shift = antimeridian(customers.lon, state.reps);
  const n = customers.ids.length;
  const kept = store.selection.mask.length === n ? store.selection : { mask: new Uint8Array(n), count: 0 };
  const measure = state.measures.some((m) => m.name === store.measure) ? store.measure : (state.measures[0]?.name ?? null);
  choose({ state, customers, selection: kept, measure, busy: state.busy ?? null });
  choose({ territories: await shapes });
  const barriers = await ask("GET", "/v1/barriers.geojson").catch(() => null);
  if (barriers?.features?.length && !store.barriers) choose({ barriers, layers: { ...store.layers, barriers: true } });
}

export async function loadTerritories() {
  if (!store.state.status) return;
  choose({ territories: await ask("GET", "/v1/territories.geojson").catch(() => null) });
}

/** Takes over a state, and reads what it changed of the customers. */
export async function follow(state) {
  const columns = await ask("GET", "/v1/customers?columns=rep,locked,wished");
  accept(state);
  const customers = { ...store.customers, ...owners(columns) };
  choose({ state, customers, busy: state.busy ?? null, rep: store.rep < state.reps.length ? store.rep : -1 });
}

function accept(state) {
  index.reps = new Map(state.reps.map((r, j) => [String(r.id), j]));
}

function owners(columns) {
  return {
    rep: Int32Array.from(columns.rep, (j) => j ?? -1),
    locked: Uint8Array.from(columns.locked ?? [], Number),
    wished: Uint8Array.from(columns.wished ?? [], Number),
  };
}

function decode(columns) {
  const measures = Object.entries(columns.measures ?? {}).map(([name, list]) => [name, Float64Array.from(list, (x) => x ?? 0)]);
  return {
    ids: columns.ids,
    names: columns.names ?? null,
    lon: Float64Array.from(columns.lon),
    lat: Float64Array.from(columns.lat),
    previous: Int32Array.from(columns.previous ?? columns.rep, (j) => (columns.previous ? (j ?? -1) : -1)),
    owned: (columns.previous ?? []).some((j) => j !== null),
    measures: Object.fromEntries(measures),
    ...owners(columns),
  };
}

function antimeridian(lon, reps) {
  let [low, high, west, east] = [Infinity, -Infinity, -Infinity, Infinity];
  for (const x of [...reps.map((r) => r.lon), ...lon]) {
    low = Math.min(low, x);
    high = Math.max(high, x);
    if (x < 0) west = Math.max(west, x);
    else east = Math.min(east, x);
  }
  return low < 0 && high >= 0 && west + 360 - east < high - low ? 360 : 0;
}

/** Index of a rep by its id, -1 where there is none. */
export const repAt = (id) => index.reps.get(String(id)) ?? -1;

/** Index of a customer by its id, -1 where there is none. */
export function customerAt(id) {
  index.customers ??= new Map(store.customers.ids.map((each, i) => [String(each), i]));
  return index.customers.get(String(id)) ?? -1;
}

export const repName = (j) => store.state.reps[j]?.name || String(store.state.reps[j]?.id ?? NONE);
export const repNameOf = (id) => (repAt(id) >= 0 ? repName(repAt(id)) : String(id));
export const customerName = (i) => store.customers.names?.[i] || String(store.customers.ids[i]);
export const measureNames = () => store.state.measures.map((m) => m.name);
export const unitOf = (measure) => store.state.measures.find((m) => m.name === measure)?.unit;
export const said = (measure, x) => amount(measure, x, unitOf(measure) ?? undefined);

/** The total, target and bounds of a rep's measure. */
export const figures = (j, measure) => store.state.reps[j].measures?.[measure] ?? {};

/** Total as a share of the target, null without one. */
export function share(j, measure) {
  const f = figures(j, measure);
  return f.target ? f.total / f.target : null;
}

/** Whether a total is within its bounds, give or take rounding. */
export function within(f) {
  const slack = 1e-9 * Math.max(1, Math.abs(f.total));
  return (f.lower ?? -Infinity) - slack <= f.total && f.total <= (f.upper ?? Infinity) + slack;
}

/** Indices of the customers for which `holds`. */
export function customersWhere(holds) {
  const found = [];
  for (let i = 0; i < store.customers.ids.length; i++) if (holds(i)) found.push(i);
  return found;
}

export const selected = () => customersWhere((i) => store.selection.mask[i]);

/** Selects customers as the reader combines selections. */
export function select(list, combine = store.combine) {
  const mask = combine === "new" ? new Uint8Array(store.customers.ids.length) : store.selection.mask.slice();
  for (const i of list) mask[i] = combine === "remove" ? 0 : 1;
  let count = 0;
  for (const one of mask) count += one;
  choose({ selection: { mask, count }, ...(count ? { tab: "selection" } : {}) });
}
