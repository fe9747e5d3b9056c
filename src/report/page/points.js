// Customers, home bases and names, on one canvas over the territories.

/** Positions on the map at zoom 0 (Web Mercator, 256 units), with the greatest first. */
const CUSTOMERS = (() => {
  const n = POINTS.x.length;
  const place = L.CRS.EPSG3857;
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const [lat, lon] = degrees(POINTS.x[i], POINTS.y[i]);
    const at = place.latLngToPoint({ lat, lng: lon }, 0);
    x[i] = at.x;
    y[i] = at.y;
  }
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => POINTS.size[b] - POINTS.size[a] || a - b);
  const greatest = n ? Math.max(POINTS.size[order[0]], 1e-12) : 1;
  return { n, x, y, order, greatest };
})();

const LOCKED = new Set(POINTS.locked);

function moves(i) {
  return POINTS.previous !== undefined && POINTS.previous[i] >= 0 && POINTS.previous[i] !== POINTS.owner[i];
}

const PointLayer = L.Layer.extend({
  onAdd(map) {
    const pane = map.createPane("points");
    pane.style.zIndex = 450;
    pane.style.pointerEvents = "none";
    this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated", pane);
    this._canvas.setAttribute("aria-hidden", "true");
    map.on({ moveend: this.draw, resize: this.draw, viewreset: this.draw, zoomanim: this._animate }, this);
    this.draw();
  },

  _animate(event) {
    const map = this._map;
    const at = map._latLngBoundsToNewLayerBounds(this._bounds, event.zoom, event.center).min;
    L.DomUtil.setTransform(this._canvas, at, map.getZoomScale(event.zoom, this._zoom));
  },

  draw() {
    const map = this._map;
    if (!map) return;
    const canvas = this._canvas;
    const size = map.getSize();
    const pad = size.multiplyBy(0.2).round();
    const ratio = window.devicePixelRatio > 1 ? 2 : 1;
    const corner = map.containerPointToLayerPoint(pad.multiplyBy(-1)).round();
    const whole = size.add(pad.multiplyBy(2));
    canvas.width = whole.x * ratio;
    canvas.height = whole.y * ratio;
    canvas.style.width = whole.x + "px";
    canvas.style.height = whole.y + "px";
    L.DomUtil.setPosition(canvas, corner);
    this._zoom = map.getZoom();
    this._bounds = L.latLngBounds(map.layerPointToLatLng(corner), map.layerPointToLatLng(corner.add(whole)));
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const origin = map.getPixelOrigin().add(corner);
    const view = { context, origin, scale: map.options.crs.scale(this._zoom) / 256, width: whole.x, height: whole.y, zoom: this._zoom };
    if (store.layers.customers) drawCustomers(view);
    drawFocus(view);
    if (store.layers.homes) drawHomes(view, map, corner);
  },

  /** The customer at a point of the container, or -1. */
  at(point) {
    if (!store.layers.customers) return -1;
    const world = this._map.containerPointToLayerPoint(point).add(this._map.getPixelOrigin());
    const scale = this._map.options.crs.scale(this._map.getZoom()) / 256;
    const [px, py, reach] = [world.x / scale, world.y / scale, 7 / scale];
    let best = -1;
    let near = reach * reach;
    for (let i = 0; i < CUSTOMERS.n; i++) {
      const dx = CUSTOMERS.x[i] - px;
      if (dx > reach || dx < -reach) continue;
      const dy = CUSTOMERS.y[i] - py;
      const d = dx * dx + dy * dy;
      if (d < near && shown(i)) {
        near = d;
        best = i;
      }
    }
    return best;
  },
});

/** Whether a customer is drawn: of a selected territory only what it has, gains or loses. */
function shown(i) {
  const j = store.selected;
  if (store.mode === "moves" && !moves(i)) return false;
  return j < 0 || POINTS.owner[i] === j || (store.mode !== "territory" && store.mode !== "index" && POINTS.previous[i] === j);
}

/** Radius of the greatest customer, in pixels. */
function greatestRadius(zoom) {
  const crowd = Math.max(0.5, Math.min(1, 60 / Math.sqrt(CUSTOMERS.n)));
  return Math.min(18, 5.5 * crowd * Math.pow(1.28, Math.max(0, zoom - 6)));
}

function drawCustomers(view) {
  const { context, origin, scale, width, height } = view;
  const greatest = greatestRadius(view.zoom);
  const groups = new Map();
  const group = (key, color, alpha) => {
    if (!groups.has(key)) groups.set(key, { color, alpha, path: new Path2D() });
    return groups.get(key).path;
  };
  const quiet = themeColor("quiet");
  const bare = store.mode === "today" || store.mode === "moves";
  const colors = DATA.colors.map((_, j) => (bare ? vividColor(j) : dotColor(j)));
  for (const i of CUSTOMERS.order) {
    const x = CUSTOMERS.x[i] * scale - origin.x;
    if (x < -9 || x > width + 9) continue;
    const y = CUSTOMERS.y[i] * scale - origin.y;
    if (y < -9 || y > height + 9) continue;
    const visible = shown(i);
    const radius = Math.max(0.7, greatest * Math.sqrt(POINTS.size[i] / CUSTOMERS.greatest)) * (visible ? (bare ? 1.15 : 1) : 0.8);
    let path;
    if (!visible) {
      path = group(-2, quiet, store.selected < 0 ? 0.35 : 0.18);
    } else if (store.mode === "today") {
      const j = POINTS.previous[i];
      path = j < 0 ? group(-1, quiet, 0.6) : group(j, colors[j], 0.85);
    } else if (store.mode === "moves") {
      path = group(POINTS.owner[i], colors[POINTS.owner[i]], 0.95);
    } else if (store.mode === "index") {
      path = group(0, themeColor("ink"), 0.38);
    } else {
      path = group(POINTS.owner[i], colors[POINTS.owner[i]], 0.75);
    }
    if (radius < 1.1) {
      path.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    } else {
      path.moveTo(x + radius, y);
      path.arc(x, y, radius, 0, 2 * Math.PI);
    }
  }
  // What is in the background first.
  for (const key of [...groups.keys()].sort((a, b) => a - b)) {
    const { color, alpha, path } = groups.get(key);
    context.globalAlpha = alpha;
    context.fillStyle = color;
    context.fill(path);
  }
  context.globalAlpha = 1;
}

/** A ring around the customer that was looked up. */
function drawFocus({ context, origin, scale }) {
  const i = store.point;
  if (i < 0) return;
  const [x, y] = [CUSTOMERS.x[i] * scale - origin.x, CUSTOMERS.y[i] * scale - origin.y];
  for (const [width, color] of [[6, themeColor("panel")], [3, themeColor("accent")]]) {
    context.lineWidth = width;
    context.strokeStyle = color;
    context.beginPath();
    context.arc(x, y, 13, 0, 2 * Math.PI);
    context.stroke();
  }
}

function drawHomes({ context, width, height }, map, corner) {
  const ink = themeColor("ink");
  const panel = themeColor("panel");
  const taken = [];
  const places = HOMES.map((home, j) => ({ j, at: map.latLngToLayerPoint(home).subtract(corner) }));
  places.sort((a, b) => (b.j === store.selected) - (a.j === store.selected) || a.j - b.j);
  const inside = places.filter(({ at }) => at.x > -60 && at.y > -20 && at.x < width + 60 && at.y < height + 20);
  for (const { j, at } of inside) {
    const dim = store.selected >= 0 && j !== store.selected;
    context.globalAlpha = dim ? 0.45 : 1;
    context.fillStyle = ink;
    context.strokeStyle = panel;
    context.lineWidth = 1.5;
    context.beginPath();
    // A house: walls and a roof.
    context.moveTo(at.x - 5, at.y + 5);
    context.lineTo(at.x - 5, at.y - 1);
    context.lineTo(at.x, at.y - 6);
    context.lineTo(at.x + 5, at.y - 1);
    context.lineTo(at.x + 5, at.y + 5);
    context.closePath();
    context.fill();
    context.stroke();
    taken.push([at.x - 8, at.y - 8, at.x + 8, at.y + 8]);
  }
  context.globalAlpha = 1;
  if (!store.layers.labels) return;
  // What is drawn beyond the edge is for moving the map; names stay whole.
  const edge = map.getSize().multiplyBy(0.2);
  context.font = "600 11px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const { j, at } of inside) {
    const name = repName(j);
    const text = name.length > 24 ? name.slice(0, 23) + "…" : name;
    const w = context.measureText(text).width;
    const spots = [[at.x + 9, at.y], [at.x - 9 - w, at.y], [at.x - w / 2, at.y + 14], [at.x - w / 2, at.y - 14]];
    const free = spots.find(([x, y]) => x > edge.x && x + w < width - edge.x && y > edge.y + 6 && y < height - edge.y - 6 && !taken.some((b) => x < b[2] && x + w > b[0] && y - 7 < b[3] && y + 7 > b[1]));
    if (!free) continue;
    taken.push([free[0] - 2, free[1] - 7, free[0] + w + 2, free[1] + 7]);
    context.globalAlpha = store.selected >= 0 && j !== store.selected ? 0.45 : 1;
    context.strokeStyle = panel;
    context.lineWidth = 3;
    context.strokeText(text, free[0], free[1]);
    context.fillStyle = ink;
    context.fillText(text, free[0], free[1]);
  }
  context.globalAlpha = 1;
}
