// Wakes the component library's own behaviour: the folding navigation, character counts, error summary focus.
// Every page works without it.
import { initAll } from "../vendor/govuk-frontend/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
