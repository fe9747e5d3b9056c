// Looking up a rep or a customer by id or name.

const MOST_FOUND = 8;

/** What matches, best first: reps, then customers; the beginning of a name before its middle. */
function find(text) {
  const wanted = text.trim().toLocaleLowerCase();
  if (!wanted) return [];
  const found = [];
  const rate = (value) => {
    const at = value.toLocaleLowerCase().indexOf(wanted);
    return at < 0 ? 9 : value.length === wanted.length ? 0 : at === 0 ? 1 : 2;
  };
  TERRITORIES.forEach((r, j) => {
    const rank = Math.min(rate(r.name), rate(String(r.rep)));
    if (rank < 9) found.push({ rank, rep: j, point: -1 });
  });
  const enough = 500;
  for (let i = 0; i < POINTS.id.length && found.length < enough; i++) {
    const rank = Math.min(rate(POINTS.id[i]), POINTS.name ? rate(POINTS.name[i]) : 9);
    if (rank < 9) found.push({ rank: rank + 0.5, rep: POINTS.owner[i], point: i });
  }
  return found.sort((a, b) => a.rank - b.rank).slice(0, MOST_FOUND);
}

/** The search box; `go` is called with what was picked. */
function searchBox(go) {
  let found = [];
  let active = -1;
  const list = el("ul", { id: "found", role: "listbox", "aria-label": t("search"), hidden: true });
  const input = el("input", {
    type: "search",
    id: "search",
    role: "combobox",
    placeholder: t("search"),
    "aria-label": t("search"),
    "aria-autocomplete": "list",
    "aria-controls": "found",
    "aria-expanded": "false",
    autocomplete: "off",
    spellcheck: "false",
  });
  const none = el("p", { class: "none", role: "status", hidden: true });
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const pick = (at) => {
    if (!found[at]) return;
    close();
    go(found[at]);
  };
  const mark = (at) => {
    active = at;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", "found-" + at);
  };
  const look = () => {
    found = find(input.value);
    list.replaceChildren(
      ...found.map((hit, at) =>
        el(
          "li",
          { id: "found-" + at, role: "option", "aria-selected": "false", on: { mousedown: (e) => (e.preventDefault(), pick(at)) } },
          hit.point < 0 ? house() : dot(4, themeColor("quiet")),
          el("span", {}, hit.point < 0 ? repLabel(hit.rep) : POINTS.name?.[hit.point] || POINTS.id[hit.point]),
          hit.point < 0 ? null : el("small", {}, POINTS.name?.[hit.point] ? POINTS.id[hit.point] : "", " → ", repName(hit.rep)),
        ),
      ),
    );
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    none.hidden = found.length > 0 || !input.value.trim();
    const thinned = POINTS.x.length < POINTS.total;
    none.textContent = none.hidden ? "" : t(thinned ? "notFoundThinned" : "notFound");
    mark(found.length ? 0 : -1);
  };
  input.addEventListener("input", look);
  input.addEventListener("focus", () => input.value && look());
  input.addEventListener("blur", () => {
    close();
    none.hidden = true;
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      mark((active + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      pick(active);
    } else if (event.key === "Escape") {
      close();
    }
  });
  return el("div", { class: "search" }, input, list, none);
}
