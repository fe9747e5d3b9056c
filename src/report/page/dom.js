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
    } else if (name === "value" || name === "checked") {
      node[name] = value;
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

/** A coloured square that stands for a territory. */
function chip(color) {
  return el("span", { class: "chip", "aria-hidden": "true", style: { background: color } });
}

/** A section of the page with a heading. */
function card(id, title, ...children) {
  return el("section", { class: "card", id, "aria-labelledby": id + "-title" }, el("h2", { id: id + "-title" }, title), ...children);
}

/** A labelled select; `options` are [value, text]. */
function picker(label, options, value, change) {
  const select = el(
    "select",
    { on: { change: (event) => change(event.target.value) } },
    options.map(([v, text]) => el("option", { value: v, selected: v === value }, text)),
  );
  return el("label", { class: "picker" }, el("span", {}, label), select);
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
