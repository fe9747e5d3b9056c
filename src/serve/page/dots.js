// Customers as dots, drawn by the graphics card in one go: a layer of the map.
//
// Places are kept as differences from the middle of all, so that single precision is below a metre; a change of owner,
// size or selection writes 8 bytes a customer.

const VERTEX = `#version 300 es
uniform mat4 u_matrix;
uniform vec3 u_size; // least and most radius, pixels of the screen in one of the page
in vec2 a_place;
in vec4 a_color;
in vec2 a_look; // size 0 to 1; 0 plain, 1 selected
out vec4 v_color;
out float v_radius;
out float v_ring;
void main() {
  float ring = a_look.y > 0.5 ? 2.2 : 0.0;
  float radius = (u_size.x + (u_size.y - u_size.x) * a_look.x + ring) * u_size.z;
  gl_Position = u_matrix * vec4(a_place, 0.0, 1.0);
  gl_PointSize = 2.0 * radius + 2.0;
  v_color = a_color;
  v_radius = radius;
  v_ring = ring * u_size.z;
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
uniform vec3 u_ring;
in vec4 v_color;
in float v_radius;
in float v_ring;
out vec4 color;
void main() {
  float away = length(gl_PointCoord - 0.5) * (2.0 * v_radius + 2.0);
  float inside = clamp(v_radius - away + 0.5, 0.0, 1.0);
  if (inside <= 0.0) discard;
  float ring = v_ring > 0.0 ? clamp(away - (v_radius - v_ring) + 0.5, 0.0, 1.0) : 0.0;
  vec3 shown = mix(v_color.rgb, u_ring, ring);
  float alpha = inside * max(v_color.a, ring);
  color = vec4(shown * alpha, alpha);
}`;

/** Web Mercator, 0 to 1 from west to east and from north to south. */
export function mercator(lon, lat) {
  const y = Math.log(Math.tan(Math.PI / 4 + (Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 360));
  return [(lon + 180) / 360, (1 - y / Math.PI) / 2];
}

export class Dots {
  constructor(xs, ys) {
    this.id = "customers";
    this.type = "custom";
    this.renderingMode = "2d";
    this.n = xs.length;
    this.middle = [0, 0];
    if (this.n) this.middle = [xs[this.n >> 1], ys[this.n >> 1]];
    this.places = new Float32Array(2 * this.n);
    for (let i = 0; i < this.n; i++) {
      this.places[2 * i] = xs[i] - this.middle[0];
      this.places[2 * i + 1] = ys[i] - this.middle[1];
    }
    this.looks = new Uint8Array(8 * this.n);
    this.order = Uint32Array.from({ length: this.n }, (_, i) => i);
    this.ring = [0, 0, 0];
    this.shown = true;
    this.stale = true;
  }

  onAdd(map, gl) {
    this.map = map;
    const shader = (type, source) => {
      const made = gl.createShader(type);
      gl.shaderSource(made, source);
      gl.compileShader(made);
      return made;
    };
    this.program = gl.createProgram();
    gl.attachShader(this.program, shader(gl.VERTEX_SHADER, VERTEX));
    gl.attachShader(this.program, shader(gl.FRAGMENT_SHADER, FRAGMENT));
    ["a_place", "a_color", "a_look"].forEach((name, at) => gl.bindAttribLocation(this.program, at, name));
    gl.linkProgram(this.program);
    this.uniforms = Object.fromEntries(["u_matrix", "u_size", "u_ring"].map((name) => [name, gl.getUniformLocation(this.program, name)]));
    this.vertices = gl.createVertexArray();
    this.buffers = [gl.createBuffer(), gl.createBuffer(), gl.createBuffer()];
    gl.bindVertexArray(this.vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[0]);
    gl.bufferData(gl.ARRAY_BUFFER, this.places, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 8, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[1]);
    gl.enableVertexAttribArray(1);
    gl.vertexAttribPointer(1, 4, gl.UNSIGNED_BYTE, true, 8, 0);
    gl.enableVertexAttribArray(2);
    gl.vertexAttribPointer(2, 2, gl.UNSIGNED_BYTE, true, 8, 4);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers[2]);
    gl.bindVertexArray(null);
    this.stale = true;
  }

  /** Takes new looks: `look(i)` fills in colour (0xRRGGBB), alpha, size (0 to 1) and whether i is selected. */
  paint(look, order) {
    const one = { color: 0, alpha: 1, size: 0, selected: false };
    for (let i = 0; i < this.n; i++) {
      look(i, one);
      const at = 8 * i;
      this.looks[at] = one.color >> 16;
      this.looks[at + 1] = (one.color >> 8) & 255;
      this.looks[at + 2] = one.color & 255;
      this.looks[at + 3] = 255 * one.alpha;
      this.looks[at + 4] = 255 * one.size;
      this.looks[at + 5] = one.selected ? 255 : 0;
    }
    this.order = order;
    this.stale = true;
    this.map?.triggerRepaint();
  }

  /** Radii of the least and the greatest dot at a zoom: small where all are in view, larger close by. */
  radii(zoom) {
    const many = this.n > 20_000 ? 0.62 : this.n > 2_000 ? 0.85 : 1.2;
    const close = Math.min(3, Math.max(0.75, 2 ** ((zoom - 6) / 3.2)));
    return [1.3 * many * close, 5 * many * close];
  }

  render(gl, matrix) {
    if (!this.shown || !this.n) return;
    gl.useProgram(this.program);
    gl.bindVertexArray(this.vertices);
    if (this.stale) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[1]);
      gl.bufferData(gl.ARRAY_BUFFER, this.looks, gl.DYNAMIC_DRAW);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, this.order, gl.DYNAMIC_DRAW);
      this.stale = false;
    }
    const [x, y] = this.middle;
    const moved = Float32Array.from(matrix);
    for (let row = 0; row < 4; row++) moved[12 + row] = matrix[row] * x + matrix[4 + row] * y + matrix[12 + row];
    gl.uniformMatrix4fv(this.uniforms.u_matrix, false, moved);
    gl.uniform3f(this.uniforms.u_size, ...this.radii(this.map.getZoom()), devicePixelRatio);
    gl.uniform3f(this.uniforms.u_ring, ...this.ring);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawElements(gl.POINTS, this.n, gl.UNSIGNED_INT, 0);
    gl.bindVertexArray(null);
    this.drawn?.();
  }
}
