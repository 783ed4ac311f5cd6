// A return's form saves itself as one types (htmx). Here is what the answers mean. Everything works without it.

const UNREACHABLE = "Not saved: no connection. Your words are still here.";
const FAILED = "Not saved: something went wrong. Your words are still here: press Save to try again.";

// Refusals that answer a save as one types carry words for the person.
const SPOKEN = [401, 409, 422];

const status = document.getElementById("save-status");

function say(text, kind) {
  const line = document.createElement("p");
  line.className = kind ? `save-status save-status--${kind}` : "save-status";
  line.textContent = text;
  status.replaceChildren(line);
}

// What is said about a figure opens by itself once the figure is off target.
function openWhatIsNeeded() {
  document.querySelectorAll("[data-needs-words]").forEach((asks) => {
    const commentary = asks.parentElement.querySelector("[data-commentary]");
    if (commentary) commentary.open = true;
  });
}

document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (SPOKEN.includes(detail.xhr.status)) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});
document.body.addEventListener("htmx:beforeRequest", () => say("Saving …"));
document.body.addEventListener("htmx:afterSettle", openWhatIsNeeded);
document.body.addEventListener("htmx:sendError", () => say(UNREACHABLE, "failed"));
document.body.addEventListener("htmx:responseError", () => say(FAILED, "failed"));
