// The chart to explore on a measure's page. Nothing is fetched until a reader asks.
//
//   <div data-chart-url="…" data-plotly-src="…" data-chart-sentence="…">
//     <button type="button" class="govuk-button govuk-button--secondary" hidden>Explore this chart</button>
//   </div>
//
// Under the open chart stands a checkbox for every line that may be put away, and for everything it may be compared
// with. Without script the button stays hidden; pictures, sentences and tables are already on the page.

const FAILED = "The chart could not be loaded. The figures are in the table below.";
const LOADING = "Loading the chart…";
const OPEN_LABEL = "Explore this chart";
const CLOSE_LABEL = "Close this chart";
const SHOW_LEGEND = "Show on the chart";
const COMPARE_LEGEND = "Compare with";

// A longer list of checkboxes is folded.
const FOLD_FROM = 7;

// The roles of the stylesheet, with the light colours for a page that has lost its stylesheet.
const ROLES = {
  surface: ["--surface", "#ffffff"],
  text: ["--ink", "#231f2a"],
  quiet: ["--ink-soft", "#5b5563"],
  grid: ["--line", "#ddd6c9"],
  axis: ["--chart-axis", "#857d70"],
  line: ["--chart-line", "#0d6468"],
  target: ["--chart-target", "#8f3d0c"],
  compare1: ["--chart-compare-1", "#5b3a86"],
  compare2: ["--chart-compare-2", "#1f5a8a"],
  compare3: ["--chart-compare-3", "#8a4b00"],
  compare4: ["--chart-compare-4", "#9c2a5b"],
  compare5: ["--chart-compare-5", "#4a5a1f"],
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
    compare: () => {
      trace.line.color = colour[`compare${trace.meta.colour}`];
      trace.marker.color = trace.line.color;
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

function make(name, className, ...children) {
  const element = document.createElement(name);
  element.className = className;
  element.append(...children);
  return element;
}

let boxes = 0;

// One checkbox for each key; `changed(key, isOn)` is told.
function checkbox({ key, label, isOn }, changed) {
  const box = make("input", "govuk-checkboxes__input");
  const words = make("label", "govuk-label govuk-checkboxes__label", label);
  boxes += 1;
  Object.assign(box, { type: "checkbox", id: `chart-switch-${boxes}`, checked: isOn });
  words.htmlFor = box.id;
  box.addEventListener("change", () => changed(key, box.checked));
  return make("div", "govuk-checkboxes__item", box, words);
}

function checkboxes(switches, changed) {
  const items = switches.map((one) => checkbox(one, changed));
  return make("div", "govuk-checkboxes govuk-checkboxes--small explore__boxes", ...items);
}

function fieldset(legend, legendClass, ...children) {
  return make("fieldset", "govuk-fieldset explore__set", make("legend", legendClass, legend), ...children);
}

function group(name, switches, changed) {
  const list = checkboxes(switches, changed);
  if (!name) return list;
  if (switches.length < FOLD_FROM) return fieldset(name, "explore__group", list);
  const words = make("span", "govuk-details__summary-text", `${name} (${switches.length})`);
  return make(
    "details",
    "govuk-details",
    make("summary", "govuk-details__summary", words),
    fieldset(name, "govuk-visually-hidden", list),
  );
}

// What may be put away, and what may be compared with, by the `meta` of the traces.
function makeSwitches(figure, changed) {
  const show = new Map();
  const compare = new Map();
  figure.data.forEach(({ meta, visible }) => {
    if (!meta.switch || !meta.label) return;
    const one = { key: meta.switch, label: meta.label, isOn: visible !== false };
    if (meta.role !== "compare") show.set(one.key, one);
    else compare.set(meta.group, [...(compare.get(meta.group) ?? []), one]);
  });
  const legendClass = "govuk-fieldset__legend govuk-fieldset__legend--s";
  const sets = make("div", "explore__switches");
  if (compare.size) {
    const groups = [...compare].map(([name, switches]) => group(name, switches, changed));
    sets.append(fieldset(COMPARE_LEGEND, legendClass, ...groups));
  }
  if (show.size) sets.append(fieldset(SHOW_LEGEND, legendClass, checkboxes([...show.values()], changed)));
  return sets;
}

// The axis that everything which is drawn has room on.
function fitAxis(figure) {
  const { yaxis } = figure.layout;
  figure.ownAxis ??= { range: [...yaxis.range], title: yaxis.title.text };
  const axes = figure.data
    .filter(({ meta, visible }) => meta.axis && visible !== false)
    .map(({ meta }) => meta.axis);
  const lowest = [figure.ownAxis, ...axes].reduce((low, axis) => (axis.range[0] < low.range[0] ? axis : low));
  yaxis.range = [lowest.range[0], Math.max(...[figure.ownAxis, ...axes].map((axis) => axis.range[1]))];
  yaxis.title.text = lowest.title;
}

// The names of what the chart is compared with just now.
function comparedWith(figure) {
  return figure.data
    .filter(({ meta, visible }) => meta.role === "compare" && visible !== false)
    .map(({ meta }) => meta.label);
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
    const others = comparedWith(chart.figure);
    const beside = others.length ? ` Compared with ${others.join(", ")}.` : "";
    nameDrawing(canvas, `${root.dataset.chartSentence}${beside}`);
  }

  function change(key, isOn) {
    chart.figure.data.forEach((trace) => {
      if (trace.meta.switch === key) trace.visible = isOn;
    });
    fitAxis(chart.figure);
    draw();
  }

  function offerSwitches() {
    panel.querySelector(".explore__switches")?.remove();
    panel.append(makeSwitches(chart.figure, change));
  }

  async function open() {
    wait(true);
    try {
      const [fetched] = await Promise.all([
        chart ?? fetchChart(root.dataset.chartUrl),
        loadPlotly(root.dataset.plotlySrc),
      ]);
      const isNew = fetched !== chart;
      chart = fetched;
      show(true);
      await draw();
      if (isNew) offerSwitches();
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
