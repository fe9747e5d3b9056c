// Parts of the page that are drawn anew when what they show has changed. The focus stays where it was, by id.

import { watch } from "./store.js";

/** A place that `make` fills, and fills again after a change of any of the keys. */
export function part(name, make, keys) {
  const place = el("div", { class: "part part-" + name });
  const draw = () => {
    const active = place.contains(document.activeElement) ? document.activeElement : null;
    const [id, from, to] = [active?.id, active?.selectionStart, active?.selectionEnd];
    const scrolled = [...place.querySelectorAll(".scroll")].map((node) => node.scrollTop);
    place.replaceChildren(...[make()].flat(Infinity).filter((node) => node !== null && node !== undefined && node !== false));
    [...place.querySelectorAll(".scroll")].forEach((node, at) => (node.scrollTop = scrolled[at] ?? 0));
    const again = id ? document.getElementById(id) : null;
    if (!again) return;
    again.focus({ preventScroll: true });
    if (from !== null && from !== undefined) again.setSelectionRange?.(from, to);
  };
  watch(keys, draw);
  draw();
  return place;
}

export const button = (id, text, click, more = {}) => el("button", { type: "button", id, class: "action", on: { click }, ...more }, text);

/** A labelled field on a line of its own. */
export const field = (label, input, note) => el("label", { class: "field" }, el("span", {}, label), input, note ? el("small", {}, note) : null);
