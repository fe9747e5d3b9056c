// How a territory stands, and what it is called.

const SIGNS = { met: "✓", "on-track": "●", behind: "▼", missed: "✕", "no-data": "–" };

/** A status in words, with a sign and a colour. */
function badge(status) {
  return el("span", { class: "status " + status }, el("span", { "aria-hidden": "true" }, SIGNS[status] + " "), t("status." + status));
}

/** The name of a line; a territory is its rep. */
function nameOf(line) {
  return line.rep === null ? t("all") : line.name;
}
