// The preview of figures that were sent: the button that saves says how many it saves as questions are answered.
// Without script it says the same in words that hold for any ticks.

const form = document.querySelector("[data-delivery-form]");
const button = form?.querySelector("[data-save]");
const ticks = form ? [...form.querySelectorAll("input[name=answered]")] : [];

const counted = (number) => (number === 1 ? "1 figure" : `${number.toLocaleString("en-GB")} figures`);

function label(saved, rows, usual) {
  if (saved === 0) return usual;
  if (saved === rows) return saved === 1 ? "Save 1 figure" : `Save all ${counted(saved)}`;
  return `Save ${counted(saved)} and leave ${(rows - saved).toLocaleString("en-GB")} out`;
}

if (button && ticks.length) {
  const usual = button.textContent;
  const say = () => {
    const ticked = ticks.filter((tick) => tick.checked);
    const saved = ticked.reduce(
      (sum, tick) => sum + Number(tick.dataset.standsFor ?? 1),
      Number(button.dataset.withoutQuestion),
    );
    button.textContent = label(saved, Number(button.dataset.rows), usual);
  };
  form.addEventListener("change", say);
  // Ticks that the browser kept when one came back to the page.
  window.addEventListener("pageshow", say);
  say();
}
