// The chart to explore on a measure's page. Nothing is fetched until a reader asks.
//
//   <div data-chart-url="…" data-plotly-src="…" data-chart-sentence="…">
//     <button type="button" class="govuk-button govuk-button--secondary" hidden>Explore this chart</button>
//   </div>
//
// Without script the button stays hidden; the picture, its sentence and its table are already on the page.

const FAILED = "The chart could not be loaded. The figures are in the table below.";
const LOADING = "Loading the chart…";
const OPEN_LABEL = "Explore this chart";
const CLOSE_LABEL = "Close this chart";

// The roles of the stylesheet, with the light colours for a page that has lost its stylesheet.
const ROLES = {
  surface: ["--surface", "#ffffff"],
  text: ["--ink", "#231f2a"],
  quiet: ["--ink-soft", "#5b5563"],
  grid: ["--line", "#ddd6c9"],
  axis: ["--chart-axis", "#857d70"],
  line: ["--chart-line", "#0d6468"],
  target: ["--chart-target", "#8f3d0c"],
};

const scripts = new Map();

// One script element however many charts are opened; a failed one is forgotten so that it can be tried again.
function loadPlotly(src) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  if (!scripts.has(src)) {
    const loading = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = src;
      script.onload = () => (window.Plotly ? resolve(window.Plotly) : reject(new Error("No plotly in script")));
      script.onerror = () => {
        scripts.delete(src);
        script.remove();
        reject(new Error("Script did not load"));
      };
      document.head.append(script);
    });
    scripts.set(src, loading);
  }
  return scripts.get(src);
}

async function fetchChart(url) {
  const response = await fetch(url, {
    credentials: "same-origin",
    headers: { Accept: "application/json" },
  });
  if (!response.ok) throw new Error(`Answer ${response.status}`);
  return response.json();
}

function colours(element) {
  const style = getComputedStyle(element);
  return Object.fromEntries(
    Object.entries(ROLES).map(([role, [property, light]]) => [
      role,
      style.getPropertyValue(property).trim() || light,
    ]),
  );
}

function paintTrace(trace, colour) {
  const paint = {
    value: () => {
      trace.line.color = colour.line;
      trace.marker.color = colour.line;
    },
    provisional: () => {
      trace.marker.color = colour.surface;
      trace.marker.line.color = colour.line;
    },
    target: () => {
      trace.line.color = colour.target;
    },
    forecast: () => {
      trace.line.color = colour.line;
      trace.marker.color = colour.line;
    },
    range: () => {
      trace.fillcolor = colour.line;
    },
    median: () => {
      trace.line.color = colour.quiet;
    },
    signal: () => {
      trace.marker.color = colour.text;
    },
  };
  paint[trace.meta.role]();
}

// The figure arrives in the colours of print; give it those of the page.
function paint(figure, colour) {
  const { layout } = figure;
  figure.data.forEach((trace) => paintTrace(trace, colour));
  Object.assign(layout, {
    paper_bgcolor: colour.surface,
    plot_bgcolor: colour.surface,
    font: { ...layout.font, color: colour.text },
    hoverlabel: { bgcolor: colour.surface, bordercolor: colour.axis, font: { color: colour.text } },
    modebar: { bgcolor: colour.surface, color: colour.quiet, activecolor: colour.line },
  });
  Object.assign(layout.xaxis, { linecolor: colour.axis, tickcolor: colour.axis });
  Object.assign(layout.yaxis, { gridcolor: colour.grid, zerolinecolor: colour.axis });
  (layout.shapes ?? []).forEach((shape) => {
    shape.line.color = colour.quiet;
  });
  (layout.annotations ?? []).forEach((words) => {
    words.font.color = colour.quiet;
  });
  return figure;
}

// As many period labels as fit side by side; plotly would turn them or write one over another.
function thinPeriods(layout, width) {
  const longest = Math.max(1, ...layout.xaxis.categoryarray.map((label) => label.length));
  layout.xaxis.nticks = Math.max(2, Math.floor((width - 110) / (longest * 9 + 16)));
}

// Plotly's drawing says nothing to a screen reader. Name the first layer, hide the others; the buttons of its
// bar keep their own names, so the role cannot stand on the element that holds them.
function nameDrawing(canvas, sentence) {
  const [drawing, ...layers] = canvas.querySelectorAll("svg.main-svg");
  if (!drawing) return;
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", sentence);
  layers.forEach((layer) => layer.setAttribute("aria-hidden", "true"));
}

function makePanel(root) {
  const panel = document.createElement("div");
  const status = document.createElement("p");
  const canvas = document.createElement("div");
  panel.className = "chart__panel";
  status.className = "govuk-body chart__status";
  status.setAttribute("role", "status");
  canvas.className = "chart__explore";
  canvas.hidden = true;
  panel.append(canvas);
  root.append(status, panel);
  return { panel, status, canvas };
}

function explorer(root) {
  const button = root.querySelector("button");
  const { panel, status, canvas } = makePanel(root);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let chart = null;
  let isOpen = false;
  let isLoading = false;

  function show(open) {
    isOpen = open;
    panel.hidden = !open;
    button.textContent = open ? CLOSE_LABEL : OPEN_LABEL;
    button.setAttribute("aria-expanded", String(open));
  }

  function wait(waiting) {
    isLoading = waiting;
    // Not `disabled`: the button keeps the focus of whoever pressed it.
    button.setAttribute("aria-disabled", String(waiting));
    status.textContent = waiting ? LOADING : "";
  }

  async function draw() {
    canvas.hidden = false;
    paint(chart.figure, colours(root));
    thinPeriods(chart.figure.layout, canvas.clientWidth);
    await window.Plotly.react(canvas, chart.figure.data, chart.figure.layout, chart.config);
    nameDrawing(canvas, root.dataset.chartSentence);
  }

  async function open() {
    wait(true);
    try {
      const [fetched] = await Promise.all([
        chart ?? fetchChart(root.dataset.chartUrl),
        loadPlotly(root.dataset.plotlySrc),
      ]);
      chart = fetched;
      show(true);
      await draw();
      wait(false);
    } catch (error) {
      console.error(error);
      show(false);
      wait(false);
      chart = null;
      canvas.hidden = true;
      status.textContent = FAILED;
    }
  }

  button.addEventListener("click", () => {
    if (isLoading) return;
    if (isOpen) show(false);
    else open();
  });

  dark.addEventListener("change", () => {
    if (isOpen && chart) draw();
  });

  let drawnWidth = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    const changed = width !== drawnWidth;
    drawnWidth = width;
    if (changed && width && isOpen && chart && !isLoading) draw();
  }).observe(canvas);

  show(false);
  button.hidden = false;
}

document.querySelectorAll("[data-chart-url]").forEach((root) => {
  if (root.querySelector("button")) explorer(root);
});
