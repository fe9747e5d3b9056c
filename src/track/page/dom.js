// Elements. Values become text, never markup.

/** Makes an element: attributes, `on` handlers, `style` properties, then children (elements or text). */
function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    } else if (name === "style") {
      for (const [property, text] of Object.entries(value)) node.style.setProperty(property, text);
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

/** A section of the page with a heading. */
function card(id, title, ...children) {
  return el("section", { class: "card", id, "aria-labelledby": id + "-title" }, el("h2", { id: id + "-title" }, title), ...children);
}

const SIGNS = { met: "✓", "on-track": "●", behind: "▼", missed: "✕", "no-data": "–" };

/** A status in words, with a sign and a colour. */
function badge(status) {
  return el("span", { class: "status " + status }, el("span", { "aria-hidden": "true" }, SIGNS[status] + " "), t("status." + status));
}

/** The name of a line; a territory is its rep. */
function nameOf(line) {
  return line.rep === null ? t("all") : line.name;
}

/** Hands a text to the reader as a file. */
function download(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
