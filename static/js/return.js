// A return's form saves itself as one types (htmx). Here is what the answers mean, and how such a save and a
// press of Save keep out of each other's way. Everything works without it.

const UNREACHABLE = "Not saved: no connection. Your words are still here.";
const FAILED = "Not saved: something went wrong. Your words are still here: press Save to try again.";

// Refusals that answer a save as one types carry words for the person.
const SPOKEN = [401, 409, 422];

const form = document.querySelector("[data-return-form]");
const status = document.getElementById("save-status");

let isSaving = false;
let isPressing = false;
let isSubmitting = false;

function say(text, kind) {
  const line = document.createElement("p");
  line.className = kind ? `save-status save-status--${kind}` : "save-status";
  line.textContent = text;
  status.replaceChildren(line);
}

// What is said about a figure opens by itself once the figure is off target, or a total lower than the one before.
const ROOMS = { "[data-needs-words]": "[data-commentary]", "[data-needs-note]": "[data-note]" };

function openWhatIsNeeded() {
  Object.entries(ROOMS).forEach(([need, room]) => {
    form.querySelectorAll(need).forEach((asks) => {
      const found = asks.parentElement.querySelector(room);
      if (found) found.open = true;
    });
  });
}

// The page moves when an answer comes; it must not while a button is being pressed, or the press would miss.
form.addEventListener("pointerdown", ({ target }) => {
  isPressing = Boolean(target.closest("button"));
});
document.addEventListener("pointerup", () => {
  if (!isPressing) return;
  // After the click, if it is one.
  setTimeout(() => {
    isPressing = false;
    if (!isSubmitting) form.dispatchEvent(new Event("change"));
  });
});

// Two saves at once would take each other for another person's: a press waits for the save under way.
form.addEventListener("submit", (event) => {
  isSubmitting = true;
  if (!isSaving) return;
  event.preventDefault();
  const { submitter } = event;
  document.body.addEventListener("htmx:afterRequest", () => form.requestSubmit(submitter), { once: true });
});
window.addEventListener("pageshow", () => {
  isSubmitting = false;
});

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (isPressing || isSubmitting) {
    event.preventDefault();
    return;
  }
  isSaving = true;
  say("Saving …");
});
document.body.addEventListener("htmx:afterRequest", () => {
  isSaving = false;
});
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (SPOKEN.includes(detail.xhr.status)) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});
document.body.addEventListener("htmx:afterSettle", openWhatIsNeeded);
document.body.addEventListener("htmx:sendError", () => say(UNREACHABLE, "failed"));
document.body.addEventListener("htmx:responseError", () => say(FAILED, "failed"));
