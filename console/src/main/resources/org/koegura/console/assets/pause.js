// Pausing what is kept of a call: a button asks why, the answer acts. Resuming is one action.
import { act, focusOn, show } from "./page.js";

const dialog = document.getElementById("pause");

if (dialog) {
  const reason = document.getElementById("pause-reason");
  const problem = document.getElementById("pause-problem");
  const acts = document.getElementById("pause-act");
  const done = document.getElementById("done");
  const resuming = new Set(); // calls

  const rowOf = (call) => document.querySelector(`tr[data-call="${call}"]`);

  /** Whether the dialog is open for that call. */
  const shows = (call) => dialog.open && dialog.dataset.call === call;

  const complain = (words) => {
    show(problem, words);
    reason.setAttribute("aria-invalid", String(words !== ""));
    if (words !== "") reason.focus();
  };

  /** Says on the page what was refused, for as long as the call is up. */
  const tell = (call, words) => {
    const said = document.createElement("p");
    said.className = "alert";
    said.textContent = words;
    done.dataset.call = call;
    done.replaceChildren(said);
  };

  const open = (button) => {
    dialog.dataset.call = button.closest("tr").dataset.call;
    document.getElementById("pause-call").textContent = button.dataset.name;
    reason.value = "";
    complain("");
    acts.disabled = false;
    done.replaceChildren();
    dialog.showModal();
    reason.focus();
  };

  const pause = async () => {
    if (reason.value.trim() === "") {
      complain(dialog.dataset.missing);
      return;
    }
    // The answer may be slow, and the dialog closed and opened for another call meanwhile.
    const call = dialog.dataset.call;
    const name = document.getElementById("pause-call").textContent;
    acts.disabled = true;
    try {
      await act(`/api/v1/calls/${call}/pause`, { reason: reason.value });
      if (shows(call)) dialog.close();
    } catch (refused) {
      if (shows(call)) {
        acts.disabled = false;
        complain(refused.message);
      } else {
        tell(call, `${name}: ${refused.message}`);
      }
    }
  };

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
    const opens = event.target.closest("button.pause");
    const ends = event.target.closest("button.resume");
    if (opens) open(opens);
    if (ends) resume(ends);
  });
  acts.addEventListener("click", pause);

  document.addEventListener("calls", () => {
    if (!dialog.open || acts.disabled || rowOf(dialog.dataset.call)?.querySelector("button.pause")) return;
    complain(dialog.dataset.gone);
    acts.disabled = true;
  });

  dialog.addEventListener("close", () => {
    const row = rowOf(dialog.dataset.call);
    focusOn(row?.querySelector("button.pause, button.resume") || row || document.getElementById("live-title"));
  });
}
