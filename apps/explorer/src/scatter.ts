/** A scatter plot of cells in WebGL, with selection by drawing around points. 100,000 points take a few milliseconds per frame. */

const VERTEX = `
attribute vec2 at; attribute vec4 color; uniform float size; varying vec4 fill;
void main() { gl_Position = vec4(at, 0.0, 1.0); gl_PointSize = size; fill = color; }`;
const FRAGMENT = `
precision mediump float; varying vec4 fill;
void main() {
  float edge = length(gl_PointCoord - 0.5);
  if (edge > 0.5) discard;
  gl_FragColor = fill;
}`;

/** Share of the square that the points fill. */
const SPAN = 0.92;

/** Draws points, and reports the rows inside a line that a person draws. */
export class Scatter {
  private readonly gl: WebGLRenderingContext;
  private readonly program: WebGLProgram;
  private readonly places: WebGLBuffer;
  private readonly colors: WebGLBuffer;
  /** Coordinates from −1 to 1, two per row; NaN for rows without a point. */
  private points = new Float32Array(0);
  private rgba = new Uint8Array(0);
  private line: number[] = [];

  constructor(
    private readonly canvas: HTMLCanvasElement,
    onSelect: (rows: Int32Array) => void,
  ) {
    const gl = canvas.getContext('webgl', { antialias: true, preserveDrawingBuffer: true });
    if (!gl) throw new Error('this browser has no WebGL; use one that has it');
    this.gl = gl;
    this.program = programOf(gl);
    this.places = gl.createBuffer();
    this.colors = gl.createBuffer();
    new ResizeObserver(() => this.draw()).observe(canvas);
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.line = [...this.placeOf(event)];
    });
    canvas.addEventListener('pointermove', (event) => {
      if (this.line.length === 0) return;
      this.line.push(...this.placeOf(event));
      this.draw();
    });
    canvas.addEventListener('pointerup', () => {
      const rows = this.line.length >= 6 ? this.inside(this.line) : new Int32Array(0);
      this.line = [];
      this.draw();
      onSelect(rows);
    });
  }

  /** Shows points: x and y per row, of any range. */
  show(coordinates: Float32Array): void {
    const low = [Infinity, Infinity];
    const high = [-Infinity, -Infinity];
    coordinates.forEach((value, i) => {
      low[i % 2] = Math.min(low[i % 2], Number.isNaN(value) ? Infinity : value);
      high[i % 2] = Math.max(high[i % 2], Number.isNaN(value) ? -Infinity : value);
    });
    const scale = (2 * SPAN) / Math.max(high[0] - low[0], high[1] - low[1], 1e-9);
    this.points = coordinates.map((value, i) => (value - (low[i % 2] + high[i % 2]) / 2) * scale);
    this.draw();
  }

  /** Colors the points: red, green, blue and opacity per row, 0 to 255. */
  paint(rgba: Uint8Array<ArrayBuffer>): void {
    this.rgba = rgba;
    this.draw();
  }

  /** Returns the points from −1 to 1, for a drawing elsewhere. */
  get coordinates(): Float32Array {
    return this.points;
  }

  private draw(): void {
    const { gl, canvas, points, rgba, line } = this;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (canvas.width !== side) [canvas.width, canvas.height] = [side, side];
    gl.viewport(0, 0, side, side);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(this.program);
    const count = Math.min(points.length / 2, rgba.length / 4);
    gl.enable(gl.BLEND);
    gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const size = Math.max(1.5, Math.min(7, 160 / Math.sqrt(Math.max(1, count)))) * devicePixelRatio;
    gl.uniform1f(gl.getUniformLocation(this.program, 'size'), size);
    this.feed('at', this.places, points, 2, gl.FLOAT);
    this.feed('color', this.colors, rgba, 4, gl.UNSIGNED_BYTE);
    gl.drawArrays(gl.POINTS, 0, count);
    if (line.length < 4) return;
    this.feed('at', this.places, Float32Array.from(line), 2, gl.FLOAT);
    const gray = new Uint8Array(2 * line.length).fill(128).map((value, i) => (i % 4 === 3 ? 255 : value));
    this.feed('color', this.colors, gray, 4, gl.UNSIGNED_BYTE);
    gl.drawArrays(gl.LINE_LOOP, 0, line.length / 2);
  }

  private feed(name: string, buffer: WebGLBuffer, data: AllowSharedBufferSource, width: number, type: number): void {
    const { gl, program } = this;
    const place = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, width, type, type === gl.UNSIGNED_BYTE, 0, 0);
  }

  private placeOf({ offsetX, offsetY }: PointerEvent): [number, number] {
    const side = this.canvas.clientWidth;
    return [(2 * offsetX) / side - 1, 1 - (2 * offsetY) / side];
  }

  /** Returns the rows of the points inside a polygon, by the number of its edges to the left of each. */
  private inside(polygon: readonly number[]): Int32Array {
    const rows: number[] = [];
    const corners = polygon.length / 2;
    for (let row = 0; row < this.points.length / 2; row++) {
      const [x, y] = [this.points[2 * row], this.points[2 * row + 1]];
      let isInside = false;
      for (let i = 0, j = corners - 1; i < corners; j = i++) {
        const [xi, yi, xj, yj] = [polygon[2 * i], polygon[2 * i + 1], polygon[2 * j], polygon[2 * j + 1]];
        if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) isInside = !isInside;
      }
      if (isInside) rows.push(row);
    }
    return Int32Array.from(rows);
  }
}

function programOf(gl: WebGLRenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type) as WebGLShader;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return program;
}
