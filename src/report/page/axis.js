// The marks of an axis.

/** Round numbers from `low` or below to `high` or above, five or so. */
function ticks(low, high) {
  const span = high - low || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => span / s <= 5) ?? 10 * power;
  const list = [];
  for (let i = Math.floor(low / step); i * step < high + step; i++) list.push(i * step);
  return list;
}
