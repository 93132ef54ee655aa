// Marking that the other party objects: a button opens what will happen, the answer acts.
import { act, focusOn, show } from "./page.js";

const dialog = document.getElementById("objection");

if (dialog) {
  const problem = document.getElementById("objection-problem");
  const acts = document.getElementById("objection-act");

  const rowOf = (call) => document.querySelector(`tr[data-call="${call}"]`);

  const open = (button) => {
    dialog.dataset.call = button.closest("tr").dataset.call;
    document.getElementById("objection-call").textContent = button.dataset.name;
    show(problem, "");
    acts.disabled = false;
    dialog.showModal();
    document.getElementById("objection-title").focus();
  };

  const mark = async () => {
    // The answer may be slow, and the dialog closed and opened for another call meanwhile.
    const call = dialog.dataset.call;
    const shown = () => dialog.open && dialog.dataset.call === call;
    acts.disabled = true;
    try {
      await act(`/api/v1/calls/${call}/objection`);
      if (shown()) dialog.close();
    } catch (refused) {
      if (!shown()) return;
      acts.disabled = false;
      show(problem, refused.message);
    }
  };

  document.addEventListener("click", (event) => {
    const opens = event.target.closest("button.object");
    if (opens) open(opens);
  });
  acts.addEventListener("click", mark);

  document.addEventListener("calls", () => {
    if (!dialog.open || acts.disabled || rowOf(dialog.dataset.call)?.querySelector("button.object")) return;
    show(problem, dialog.dataset.gone);
    acts.disabled = true;
  });

  dialog.addEventListener("close", () => {
    const row = rowOf(dialog.dataset.call);
    focusOn(row?.querySelector("button.object") || row || document.getElementById("live-title"));
  });
}
