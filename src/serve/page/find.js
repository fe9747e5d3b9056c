// Looking up a rep or a customer by id or name.

import { customerName, repName, select } from "./plan.js";
import { choose, store, watch } from "./store.js";

const MOST_FOUND = 8;

/** What matches, best first: reps, then customers; the beginning of a name before its middle. */
function find(text) {
  const wanted = text.trim().toLocaleLowerCase(lang);
  if (!wanted) return [];
  const rate = (value) => {
    const at = String(value).toLocaleLowerCase(lang).indexOf(wanted);
    return at < 0 ? 9 : String(value).length === wanted.length ? 0 : at === 0 ? 1 : 2;
  };
  const found = [];
  store.state.reps.forEach((r, j) => {
    const rank = Math.min(rate(r.name ?? ""), rate(r.id));
    if (rank < 9) found.push({ rank, rep: j, customer: -1 });
  });
  const { ids, names } = store.customers;
  for (let i = 0; i < ids.length && found.length < 500; i++) {
    const rank = Math.min(rate(ids[i]), names ? rate(names[i] ?? "") : 9);
    if (rank < 9) found.push({ rank: rank + 0.5, rep: -1, customer: i });
  }
  return found.sort((a, b) => a.rank - b.rank).slice(0, MOST_FOUND);
}

export function searchBox() {
  let [found, active] = [[], -1];
  const list = el("ul", { id: "found", role: "listbox", hidden: true });
  const input = el("input", { type: "search", id: "search", role: "combobox", "aria-autocomplete": "list", "aria-controls": "found", "aria-expanded": "false", autocomplete: "off", spellcheck: "false" });
  const none = el("p", { class: "none", role: "status", hidden: true });
  const close = () => {
    list.hidden = none.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const pick = (hit) => {
    if (!hit) return;
    close();
    if (hit.customer >= 0) {
      select([hit.customer]);
      document.dispatchEvent(new CustomEvent("show-customer", { detail: hit.customer }));
    } else {
      choose({ rep: hit.rep, tab: "totals" });
      document.dispatchEvent(new CustomEvent("show-rep", { detail: hit.rep }));
    }
  };
  const mark = (at) => {
    active = at;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", "found-" + at);
  };
  const option = (hit, at) => {
    const rep = hit.customer >= 0 ? store.customers.rep[hit.customer] : hit.rep;
    const name = hit.customer >= 0 ? customerName(hit.customer) : repName(hit.rep);
    const small = hit.customer >= 0 ? `${name === String(store.customers.ids[hit.customer]) ? "" : store.customers.ids[hit.customer] + " · "}${rep < 0 ? t("nobody") : repName(rep)}` : t("rep");
    return el("li", { id: "found-" + at, role: "option", "aria-selected": "false", on: { mousedown: (e) => (e.preventDefault(), pick(hit)) } }, rep < 0 ? null : chip(store.state.reps[rep].color), el("span", {}, name), el("small", {}, small));
  };
  const look = () => {
    found = find(input.value);
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    none.hidden = found.length > 0 || !input.value.trim();
    none.textContent = none.hidden ? "" : t("notFound");
    mark(found.length ? 0 : -1);
  };
  input.addEventListener("input", look);
  input.addEventListener("focus", () => input.value && look());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      mark((active + step + found.length) % found.length);
    } else if (event.key === "Enter") pick(found[active]);
    else if (event.key === "Escape") close();
  });
  const words = () => {
    for (const node of [input, list]) node.setAttribute("aria-label", t("search"));
    input.placeholder = t("search");
  };
  watch(["lang"], words);
  words();
  return el("div", { class: "search" }, input, list, none);
}
