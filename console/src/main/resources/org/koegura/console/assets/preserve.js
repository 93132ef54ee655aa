// Asking that a call is preserved: from the live list, and on the page of a recording.
import { act, once } from "./page.js";
import { reasoned } from "./reasoned.js";

reasoned("preserve", "preservation", "button.preserve");

const form = document.getElementById("preserve-recording");
if (form) {
  const reason = document.getElementById("preserve-reason");
  const problem = document.getElementById("preserve-problem");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(form, problem, async () => {
      await act(`/api/v1/recordings/${form.dataset.recording}/preservation`, { reason: reason.value });
      location.reload(); // it says who asked
    });
  });
}
