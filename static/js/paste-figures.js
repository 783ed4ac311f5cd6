// A column copied from a spreadsheet and pasted into a figure of the return fills the figures below it, in order.
// What landed is said in a line beside the first, with a way to undo it. Without script there is a page for it.

const form = document.querySelector("[data-return-form]");
const spoken = document.querySelector("[data-paste-status]");

const BOXES = "input[name$='-value'], input[name$='-numerator'], input[name$='-denominator']";

// The figures in the order of the page, each with its one or two boxes.
const figures = form
  ? [...form.querySelectorAll(".figure-field")]
      .map((section) => [...section.querySelectorAll(BOXES)].filter((box) => box.type === "text"))
      .filter((boxes) => boxes.length)
  : [];

const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

// The lines of what was copied; a line end after the last one, as spreadsheets write it, is none.
function linesIn(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines.map((line) => line.split("\t").map((cell) => cell.trim()));
}

// Which box takes which text. Two columns fill the two boxes of a ratio, one column the box that was pasted into.
function plan(lines, start, box) {
  const within = figures[start].indexOf(box);
  return lines.flatMap((cells, row) => {
    const boxes = figures[start + row];
    const from = boxes.length > 1 && row === 0 && cells.length === 1 ? within : Math.min(within, boxes.length - 1);
    return cells.map((text, column) => [boxes[(cells.length > 1 ? 0 : from) + column], text]);
  });
}

function whyNot(lines, start) {
  const left = figures.length - start;
  if (lines.length > left) {
    return `Nothing was filled in: you pasted ${counted(lines.length, "line")}, and there ${left === 1 ? "is" : "are"} ${counted(left, "figure")} from here on.`;
  }
  const wide = lines.findIndex((cells, row) => cells.filter(Boolean).length > figures[start + row].length);
  if (wide >= 0) {
    return `Nothing was filled in: line ${wide + 1} has more numbers than its figure takes.`;
  }
  return "";
}

function tell(box, text, undo) {
  document.querySelector(".paste-status")?.remove();
  const line = document.createElement("p");
  line.className = "paste-status";
  line.append(text);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary";
    button.textContent = "Undo";
    button.addEventListener("click", undo);
    line.append(" ", button);
  }
  box.closest(".govuk-form-group").after(line);
  spoken.textContent = text;
}

function fill(pairs) {
  const before = pairs.map(([box]) => [box, box.value]);
  pairs.forEach(([box, text]) => {
    box.value = text;
  });
  form.dispatchEvent(new Event("change"));
  return before;
}

form?.addEventListener("paste", (event) => {
  const box = event.target;
  const start = figures.findIndex((boxes) => boxes.includes(box));
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (start < 0 || !/[\r\n\t]/.test(text.trim())) return;
  event.preventDefault();
  const lines = linesIn(text);
  const refusal = whyNot(lines, start);
  if (refusal) {
    tell(box, refusal);
    return;
  }
  // An empty cell leaves its figure as it is.
  const pairs = plan(lines, start, box).filter(([target, cell]) => target && cell);
  const before = fill(pairs);
  const landed = new Set(pairs.map(([target]) => target.closest(".figure-field"))).size;
  tell(box, `${counted(landed, "figure")} filled in from ${counted(lines.length, "line")}. Check them before you go on.`, () => {
    fill(before);
    tell(box, "Undone: the figures are as they were.");
    box.focus();
  });
});
