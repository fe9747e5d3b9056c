// What the reader has chosen, and who wants to know.

const store = {
  /** Territory that is selected, and the one under the pointer; -1 for none. */
  selected: -1,
  hovered: -1,
  /** Customer that was looked up; -1 for none. */
  point: -1,
  /** Measure that the bars and the map show. */
  measure: MEASURES[0],
  /** What the map's colours mean: territory, index, today, moves. */
  mode: "territory",
  layers: { customers: true, homes: true, labels: TERRITORIES.length <= 150, context: true, barriers: true, tiles: true },
};

const listeners = [];

/** Calls `react` after any of the keys has changed. */
function watch(keys, react) {
  listeners.push({ keys, react });
}

/** Changes the state, and tells those who watch. */
function choose(patch) {
  const changed = Object.keys(patch).filter((key) => store[key] !== patch[key]);
  if (!changed.length) return;
  Object.assign(store, patch);
  for (const { keys, react } of listeners) {
    if (keys.some((key) => changed.includes(key))) react();
  }
}

/** Selects a territory, or nothing where it is selected already. */
function toggleTerritory(j) {
  choose({ selected: store.selected === j ? -1 : j, point: -1 });
}
