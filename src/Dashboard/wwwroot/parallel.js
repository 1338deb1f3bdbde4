// Parallel coordinates on a canvas. Lines are drawn in parts, a part for each frame, so that the page stays responsive
// with tens of thousands of trials.
const height = 400;
const top = 44;
const bottom = 28;
const linesInFrame = 2500;
const shades = 24;
const viridis = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];

const mix = (at) => {
  const place = Math.min(Math.max(at, 0), 1) * (viridis.length - 1);
  const low = Math.min(Math.floor(place), viridis.length - 2);
  return viridis[low].map((from, i) => Math.round(from + (viridis[low + 1][i] - from) * (place - low)));
};

const isDark = () => document.documentElement.classList.contains("dark");

// The best trials have the colour with the most contrast to the page.
const shadeOf = (share) => `rgb(${mix(isDark() ? 0.25 + 0.75 * share : 0.8 * (1 - share))})`;

class Axis {
  constructor(given) {
    Object.assign(this, given);
    const present = this.values.filter((value) => value !== null);
    this.low = this.words ? 0 : present.reduce((a, b) => Math.min(a, b));
    this.high = this.words ? this.words.length - 1 : present.reduce((a, b) => Math.max(a, b));
    this.bounds = null; // The values that the user keeps: [least, greatest]; null for all.
  }

  y(value) {
    const share = this.high > this.low ? (value - this.low) / (this.high - this.low) : 0.5;
    return height - bottom - share * (height - top - bottom);
  }

  valueAt(y) {
    return this.low + ((height - bottom - y) / (height - top - bottom)) * (this.high - this.low);
  }

  text(value) {
    return this.words ? this.words[value] : value.toFixed(this.decimals);
  }

  keeps(value) {
    return this.bounds === null || (value !== null && value >= this.bounds[0] && value <= this.bounds[1]);
  }

  ticks() {
    if (!this.words) return this.high > this.low ? [this.low, (this.low + this.high) / 2, this.high] : [this.low];
    const step = Math.ceil(this.words.length / 14); // More words would cover each other.
    return this.words.map((_, i) => i).filter((i) => i % step === 0);
  }
}

class Chart {
  constructor(plot, fields) {
    this.fields = fields;
    this.canvas = plot.appendChild(document.createElement("canvas"));
    this.canvas.setAttribute("role", "img");
    this.axes = [];
    this.drawing = 0;
    this.resizes = new ResizeObserver(() => this.draw());
    this.resizes.observe(plot.parentElement);
    this.themes = new MutationObserver(() => this.draw());
    this.themes.observe(document.documentElement, { attributeFilter: ["class"] });
    this.canvas.addEventListener("pointerdown", (event) => this.beginBrush(event));
  }

  async show(stream) {
    const sent = JSON.parse(new TextDecoder().decode(await stream.arrayBuffer()));
    const kept = new Map(this.axes.map((axis) => [axis.name, axis.bounds]));
    const names = this.axes.map((axis) => axis.name).join();
    this.axes = sent.axes.filter((axis) => axis.values.some((value) => value !== null)).map((axis) => new Axis(axis));
    for (const axis of this.axes) axis.bounds = kept.get(axis.name) ?? null;
    this.trials = sent.trials;
    this.unfinished = sent.unfinished;
    if (names !== this.axes.map((axis) => axis.name).join()) this.makeFields();
    this.showFields();
    this.draw();
  }

  dispose() {
    this.drawing++;
    this.resizes.disconnect();
    this.themes.disconnect();
  }

  makeFields() {
    this.fields.replaceChildren();
    this.status = document.createElement("output");
    this.fields.append(this.status);
    for (const axis of this.axes) {
      const set = document.createElement("fieldset");
      const legend = document.createElement("legend");
      legend.textContent = axis.name;
      const between = document.createElement("span");
      between.textContent = "to";
      axis.fields = ["from", "to"].map((name, end) => {
        const field = document.createElement(axis.words ? "select" : "input");
        field.className = "field";
        field.setAttribute("aria-label", `${axis.name} ${name}`);
        if (axis.words) field.append(...axis.words.map((word, i) => new Option(word, i)));
        else Object.assign(field, { type: "number", step: 10 ** -axis.decimals });
        field.addEventListener("change", () => this.setBound(axis.name, end, Number(field.value)));
        return field;
      });
      set.append(legend, axis.fields[0], between, axis.fields[1]);
      this.fields.append(set);
      this.fieldsOf ??= new Map();
      this.fieldsOf.set(axis.name, axis.fields);
    }
  }

  setBound(name, end, value) {
    const axis = this.axes.find((one) => one.name === name);
    const bounds = axis.bounds ?? [axis.low, axis.high];
    bounds[end] = value;
    axis.bounds = bounds[0] <= axis.low && bounds[1] >= axis.high ? null : bounds;
    this.draw();
  }

  showFields() {
    for (const axis of this.axes) {
      const bounds = axis.bounds ?? [axis.low, axis.high];
      this.fieldsOf.get(axis.name).forEach((field, end) => {
        if (document.activeElement === field) return;
        const rounded = end === 0 ? Math.ceil(bounds[0]) : Math.floor(bounds[1]);
        field.value = axis.words ? Math.min(Math.max(rounded, 0), axis.high) : bounds[end].toFixed(axis.decimals);
      });
    }
  }

  x(place) {
    const width = this.canvas.clientWidth;
    return this.axes.length < 2 ? width / 2 : 60 + (place * (width - 120)) / (this.axes.length - 1);
  }

  beginBrush(event) {
    const at = (moved) => {
      const box = this.canvas.getBoundingClientRect();
      return [moved.clientX - box.left, Math.min(Math.max(moved.clientY - box.top, top), height - bottom)];
    };
    const [x, from] = at(event);
    const place = this.axes.findIndex((_, i) => Math.abs(this.x(i) - x) < 24);
    if (place < 0) return;
    const axis = this.axes[place];
    const move = (moved) => {
      const to = at(moved)[1];
      const ends = [axis.valueAt(from), axis.valueAt(to)].sort((a, b) => a - b);
      axis.bounds = Math.abs(to - from) < 4 ? null : ends;
      this.showFields();
      this.draw();
    };
    const end = (moved) => {
      move(moved);
      this.canvas.removeEventListener("pointermove", move);
    };
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", end, { once: true });
  }

  draw() {
    const drawing = ++this.drawing; // An older drawing stops at its next frame.
    if (this.axes.length === 0) return;
    const width = Math.max(this.canvas.parentElement.parentElement.clientWidth, 96 * this.axes.length);
    const scale = devicePixelRatio;
    Object.assign(this.canvas, { width: width * scale, height: height * scale });
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    const context = this.canvas.getContext("2d");
    context.scale(scale, scale);
    const kept = [];
    for (let trial = 0; trial < this.trials; trial++)
      if (this.axes.every((axis) => axis.keeps(axis.values[trial]))) kept.push(trial);
    const score = this.axes.at(-1);
    const share = (trial) =>
      score.high > score.low ? (score.values[trial] - score.low) / (score.high - score.low) : 1;
    kept.sort((a, b) => score.values[a] - score.values[b]); // The best lines are drawn last, above the others.
    const count = `${kept.length} of ${this.trials} trials with a result`;
    this.status.textContent = this.unfinished ? `${count}; ${this.unfinished} without a result are not drawn` : count;
    this.canvas.setAttribute("aria-label", `Parallel coordinates of ${count}`);
    context.lineWidth = 1;
    context.globalAlpha = Math.min(0.9, Math.max(0.12, 60 / Math.sqrt(kept.length * 20 + 1)));
    const part = (from) => {
      if (drawing !== this.drawing) return;
      const to = Math.min(from + linesInFrame, kept.length);
      for (let i = from; i < to; ) {
        const shade = Math.round(share(kept[i]) * shades);
        context.strokeStyle = shadeOf(shade / shades);
        context.beginPath();
        for (; i < to && Math.round(share(kept[i]) * shades) === shade; i++) this.line(context, kept[i]);
        context.stroke();
      }
      this.drawAxes(context);
      if (to < kept.length) requestAnimationFrame(() => part(to));
    };
    part(0);
  }

  line(context, trial) {
    let isDown = false;
    this.axes.forEach((axis, place) => {
      const value = axis.values[trial];
      if (value !== null && isDown) context.lineTo(this.x(place), axis.y(value));
      else if (value !== null) context.moveTo(this.x(place), axis.y(value));
      isDown = value !== null;
    });
  }

  drawAxes(context) {
    const style = getComputedStyle(this.canvas);
    const colour = (name) => style.getPropertyValue(`--mud-palette-${name}`);
    context.save();
    context.globalAlpha = 1;
    context.font = `12px ${style.fontFamily}`;
    context.textAlign = "center";
    this.axes.forEach((axis, place) => {
      const x = this.x(place);
      context.strokeStyle = colour("text-secondary");
      context.strokeRect(x, top, 0, height - top - bottom);
      if (axis.bounds) {
        const [from, to] = [axis.y(Math.min(axis.bounds[1], axis.high)), axis.y(Math.max(axis.bounds[0], axis.low))];
        context.fillStyle = colour("primary");
        context.fillRect(x - 4, from, 8, Math.max(to - from, 2));
      }
      const write = (text, y, ink) => {
        context.strokeStyle = colour("surface");
        context.lineWidth = 4;
        context.strokeText(text, x, y); // A border keeps the text legible above lines.
        context.lineWidth = 1;
        context.fillStyle = ink;
        context.fillText(text, x, y);
      };
      write(axis.name, 18, colour("text-primary"));
      for (const tick of axis.ticks()) write(axis.text(tick), axis.y(tick) + 4, colour("text-secondary"));
    });
    context.restore();
  }
}

export const create = (plot, fields) => new Chart(plot, fields);
