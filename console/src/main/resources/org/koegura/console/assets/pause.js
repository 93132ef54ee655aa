// Pausing what is kept of a call: a button asks why, the answer acts. Resuming is one action.
import { act } from "./page.js";
import { reasoned, tell } from "./reasoned.js";

reasoned("pause", "pause", "button.pause, button.resume");

const resuming = new Set(); // calls

const resume = async (button) => {
  const call = button.closest("tr").dataset.call;
  if (resuming.has(call)) return; // not disabled: that would lose the focus
  resuming.add(call);
  try {
    await act(`/api/v1/calls/${call}/pause`, undefined, "DELETE");
  } catch (refused) {
    tell(call, `${button.dataset.name}: ${refused.message}`);
  } finally {
    resuming.delete(call);
  }
};

document.addEventListener("click", (event) => {
  const ends = event.target.closest("button.resume");
  if (ends) resume(ends);
});
