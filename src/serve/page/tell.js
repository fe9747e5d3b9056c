// Short messages that come and go; those that matter stay until they are closed.

/** Shows a message: a text, or several as a list. */
export function tell(texts, kind = "") {
  const [first, ...rest] = [texts].flat();
  const node = el(
    "div",
    { class: "note " + kind },
    el("div", { class: "note-text" }, el("p", {}, first), rest.length ? el("ul", {}, rest.slice(0, 6).map((text) => el("li", {}, text))) : null),
    el("button", { type: "button", class: "close", "aria-label": t("close"), on: { click: () => node.remove() } }, "×"),
  );
  const place = document.getElementById("tell");
  while (place.children.length > 1) place.firstChild.remove();
  place.append(node);
  setTimeout(() => node.remove(), kind === "bad" ? 20_000 : 6000);
}
