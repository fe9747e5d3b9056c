// Colours: the theme's from the style sheet, those of data computed here.

import { figures, share } from "./plan.js";
import { store } from "./store.js";

const theme = new Map();

/** A colour of the theme, as the style sheet names it. */
export function ink(name) {
  if (!theme.has(name)) theme.set(name, getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim());
  return theme.get(name);
}

/** The theme has changed. */
export const forgetTheme = () => theme.clear();

export const hexToNumber = (hex) => parseInt(/^#[0-9a-f]{6}$/i.test(hex) ? hex.slice(1) : "888888", 16);

/** Between two colours: `part` of the second. */
export function mix(a, b, part) {
  const [x, y] = [hexToNumber(a), hexToNumber(b)];
  const at = (bits) => Math.round(((x >> bits) & 255) * (1 - part) + ((y >> bits) & 255) * part);
  return "#" + ((1 << 24) | (at(16) << 16) | (at(8) << 8) | at(0)).toString(16).slice(1);
}

/** Below and above the target: blue and orange differ for every reader. */
export const BELOW = "#2b6cb0";
export const ABOVE = "#d9730d";

/**
 * How far the scale of shares reaches: the tolerance, or the worst territory. Beyond three tolerances all have the colour of the
 * end, so that one territory far out does not make all others look alike.
 */
export function reach(measure) {
  const tolerance = store.state.measures.find((m) => m.name === measure)?.tolerance ?? 0;
  return Math.min(worst(measure, tolerance), Math.max(0.1, 3 * tolerance));
}

/** Whether some territory is beyond the ends of the scale. */
export const beyond = (measure) => worst(measure, 0) > reach(measure) + 1e-9;

function worst(measure, tolerance) {
  return store.state.reps.reduce((most, r, j) => Math.max(most, r.active === false || share(j, measure) === null ? 0 : Math.abs(share(j, measure) - 1)), Math.max(tolerance, 0.001));
}

/** The colour of a territory in the mode that is chosen. */
export function territoryColor(j) {
  const r = store.state.reps[j];
  if (store.mode === "today" || store.mode === "moves") return ink("bare");
  if (r.active === false) return ink("empty");
  if (store.mode !== "index") return r.color;
  if (!figures(j, store.measure).target) return ink("empty");
  const part = Math.max(-1, Math.min(1, (share(j, store.measure) - 1) / reach(store.measure)));
  return mix(ink("neutral"), part < 0 ? BELOW : ABOVE, Math.abs(part));
}

/** Colours of dots, one per rep and one for none at the end. */
export function dotColors() {
  const bare = store.mode === "today" || store.mode === "moves";
  const part = bare || !store.layers.borders ? Number(ink("vivid")) : 0.5;
  return [...store.state.reps.map((r) => hexToNumber(mix(r.color, ink("dot"), part))), hexToNumber(ink("empty"))];
}
