// Colours: the theme's from the style sheet, those of data computed here.

const themeColors = new Map();

/** A colour of the theme. */
function themeColor(name) {
  if (!themeColors.has(name)) {
    themeColors.set(name, getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim());
  }
  return themeColors.get(name);
}

/** The theme has changed. */
function forgetTheme() {
  themeColors.clear();
}

function channels(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** Between two colours: `share` of the second. */
function mix(a, b, share) {
  const [x, y] = [channels(a), channels(b)];
  const hex = (v) => Math.round(v).toString(16).padStart(2, "0");
  return "#" + x.map((v, i) => hex(v + (y[i] - v) * share)).join("");
}

/** Ends of the scale of indices: below and above the target. Blue and orange differ for every reader. */
const BELOW = "#2b6cb0";
const ABOVE = "#d9730d";

/** How far the scale of indices reaches: the tolerance, or the worst territory. */
function indexReach(measure) {
  const tolerance = SCENARIO.balance.find((b) => b.measure === measure)?.tolerance ?? 0;
  return Math.max(tolerance, worstDeviation([measure]) ?? 0, 0.001);
}

function indexColor(index, reach) {
  if (index === null) return themeColor("empty");
  const share = Math.max(-1, Math.min(1, (index - 1) / reach));
  return mix(themeColor("neutral"), share < 0 ? BELOW : ABOVE, Math.abs(share));
}

/** Dots of a territory: its colour, darker on light ground and lighter on dark. */
function dotColor(j) {
  return mix(DATA.colors[j], themeColor("dot"), 0.5);
}

/** Dots that stand for a territory on a ground without its colour. */
function vividColor(j) {
  return mix(DATA.colors[j], themeColor("dot"), Number(themeColor("vivid")));
}

/** Colours of segments and competitors; they need not differ from territories. */
const CATEGORIES = ["#3b6fb6", "#e08a2c", "#3d9a7d", "#b3528f", "#8b9a2f", "#6cb4d9", "#a5643c", "#7d6bb8", "#d9b441", "#5f7f8c", "#c75a5a", "#94bd7b"];
const REST = "#9aa3ad";
const UNKNOWN = "#d4d9de";

/** The colour of value `at` of `n` named values; behind them come all others and none. */
function categoryColor(at, n) {
  return at < n ? CATEGORIES[at % CATEGORIES.length] : at === n ? REST : UNKNOWN;
}
