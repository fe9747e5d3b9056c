// What the reader has chosen, what the server says, and who wants to know.

export const store = {
  /** The server's state, its customers as columns, its territories; null before they have come. */
  state: null,
  customers: null,
  territories: null,
  /** What trips do not cross, where there is any. */
  barriers: null,
  /** Which customers are selected: {mask, count}. */
  selection: { mask: new Uint8Array(0), count: 0 },
  /** Index of the rep that is looked at, -1 for none; the customer under the pointer. */
  rep: -1,
  hovered: -1,
  /** Hand, rectangle, lasso, or a place that is being asked for. */
  tool: "hand",
  /** Whether a selection replaces the one before, adds to it, or is taken away. */
  combine: "new",
  /** What the map's colours mean, what dots are sized by, what is shown. */
  mode: "territory",
  measure: null,
  layers: { customers: true, borders: true, homes: true, names: true },
  tab: "selection",
  /** A wish that is being weighed: {edit, price, error}. */
  draft: null,
  /** Work of the server: {stage, percent}. */
  busy: null,
  /** Whether the server answers; whether it wants a token. */
  online: true,
  locked: false,
  /** The totals of before the last edit or solve: {travel, customers' reps}. */
  before: null,
  sort: { key: "name", down: false },
  /** Before there is a project: what the server knows of the files, those on their way, what is chosen of them, and what a project of that would be. */
  files: null,
  coming: [],
  wanted: null,
  tried: null,
  beginning: false,
  lang: "",
  theme: "",
};

const listeners = [];

/** Calls `react` after any of the keys has changed. */
export function watch(keys, react) {
  listeners.push({ keys, react });
}

/** Changes the state, and tells those who watch, each once. */
export function choose(patch) {
  const changed = Object.keys(patch).filter((key) => store[key] !== patch[key]);
  if (!changed.length) return;
  Object.assign(store, patch);
  for (const { keys, react } of listeners) if (keys.some((key) => changed.includes(key))) react(changed);
}
