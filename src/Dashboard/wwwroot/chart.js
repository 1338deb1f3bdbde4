// Line charts, drawn with uPlot. Charts on the same page share the cursor, so that one epoch is read on all of them.
const charts = new Map();
const height = 190;

const style = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

const text = (value, decimals = 4) => {
  if (value == null) return "–";
  const size = Math.abs(value);
  return size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(2) : String(+value.toFixed(decimals));
};

const axis = () => ({
  stroke: style("--mud-palette-text-secondary"),
  grid: { stroke: style("--mud-palette-table-lines"), width: 1 },
  ticks: { show: false },
  font: "12px system-ui, sans-serif",
});

function create(chart) {
  const { element, series, unit } = chart;
  chart.plot?.destroy();
  chart.plot = new uPlot(
    {
      width: element.clientWidth || 300,
      height,
      cursor: { sync: { key: "epochs" }, points: { size: 6 }, drag: { x: true, y: false } },
      legend: { live: true },
      hooks: { setCursor: [(plot) => plot.cursor.idx ?? showLast(plot)] },
      scales: {
        x: { time: false },
        // A constant line, such as λ = 0, gets a range around it.
        y: {
          range: (_, min, max) =>
            min == null ? [0, 1] : min === max ? [min, min + 1] : uPlot.rangeNum(min, max, 0.1, true),
        },
      },
      axes: [
        { ...axis(), size: 30, space: 60, incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000] },
        { ...axis(), size: 58, values: (_, ticks) => ticks.map((tick) => text(tick)) },
      ],
      series: [
        { label: "epoch", value: (_, value) => text(value) },
        ...series.map(({ label, isDashed }, i) => ({
          label,
          stroke: style(`--series-${(i % 8) + 1}`),
          width: 1.75,
          dash: isDashed ? [6, 4] : undefined,
          points: { show: chart.epochs.length < 30 && !isDashed, size: 5 },
          value: (_, value) => (value == null ? "–" : unit ? `${text(value, 2)} ${unit}` : text(value)),
        })),
      ],
    },
    data(chart),
    element,
  );
  showLast(chart.plot);
}

// Without the cursor, the legend shows the values of the last epoch.
function showLast(plot) {
  const last = plot.data[0].length - 1;
  if (last >= 0) plot.setLegend({ idx: last }, false);
}

const data = (chart) => [chart.epochs, ...chart.series.map(({ values }) => values)];

const form = ({ epochs, series }) =>
  JSON.stringify([epochs.length < 30, series.map(({ label, isDashed }) => [label, isDashed])]);

/** Draws the chart of a key in an element, or updates it. */
export function draw(key, element, epochs, series, unit) {
  if (!element) return;
  const known = charts.get(key);
  const chart = { element, epochs, series, unit, plot: known?.plot };
  charts.set(key, chart);
  if (known && form(known) === form(chart)) {
    chart.plot.setData(data(chart));
    if (chart.plot.cursor.idx == null) showLast(chart.plot);
  } else {
    create(chart);
    if (!known) sizes.observe(element);
  }
}

/** Frees the chart of a key. Its element may have left the page already. */
export function remove(key) {
  const chart = charts.get(key);
  if (!chart) return;
  chart.plot.destroy();
  sizes.unobserve(chart.element);
  charts.delete(key);
}

const sizes = new ResizeObserver(() => {
  for (const { element, plot } of charts.values())
    if (element.clientWidth > 0 && plot.width !== element.clientWidth)
      plot.setSize({ width: element.clientWidth, height });
});

// The colours come from the theme, so all charts are drawn again when it changes.
new MutationObserver(() => charts.forEach(create)).observe(
  document.documentElement, { attributes: true, attributeFilter: ["class"] });
