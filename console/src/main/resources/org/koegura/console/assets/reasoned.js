// Acts on a call that need a reason: a button asks why, the answer acts.
import { act, focusOn, show } from "./page.js";

const done = document.getElementById("done");

const rowOf = (call) => document.querySelector(`tr[data-call="${call}"]`);

/** Says on the page what was refused, for as long as the call is up. */
export function tell(call, words) {
  const said = document.createElement("p");
  said.className = "alert";
  said.textContent = words;
  done.dataset.call = call;
  done.replaceChildren(said);
}

/**
 * @param name of the dialog, of what is in it, and of the button that opens it
 * @param what is posted below the call
 * @param next selects what has the focus after it
 */
export function reasoned(name, what, next) {
  const dialog = document.getElementById(name);
  if (!dialog) return;
  const reason = document.getElementById(`${name}-reason`);
  const problem = document.getElementById(`${name}-problem`);
  const acts = document.getElementById(`${name}-act`);

  /** Whether the dialog is open for that call. */
  const shows = (call) => dialog.open && dialog.dataset.call === call;

  const complain = (words) => {
    show(problem, words);
    reason.setAttribute("aria-invalid", String(words !== ""));
    if (words !== "") reason.focus();
  };

  const open = (button) => {
    dialog.dataset.call = button.closest("tr").dataset.call;
    document.getElementById(`${name}-call`).textContent = button.dataset.name;
    reason.value = "";
    complain("");
    acts.disabled = false;
    done.replaceChildren();
    dialog.showModal();
    reason.focus();
  };

  const ask = async () => {
    if (reason.value.trim() === "") {
      complain(dialog.dataset.missing);
      return;
    }
    // The answer may be slow, and the dialog closed and opened for another call meanwhile.
    const call = dialog.dataset.call;
    const named = document.getElementById(`${name}-call`).textContent;
    acts.disabled = true;
    try {
      await act(`/api/v1/calls/${call}/${what}`, { reason: reason.value });
      if (shows(call)) dialog.close();
    } catch (refused) {
      if (shows(call)) {
        acts.disabled = false;
        complain(refused.message);
      } else {
        tell(call, `${named}: ${refused.message}`);
      }
    }
  };

  document.addEventListener("click", (event) => {
    const opens = event.target.closest(`button.${name}`);
    if (opens) open(opens);
  });
  acts.addEventListener("click", ask);

  document.addEventListener("calls", () => {
    if (!dialog.open || acts.disabled || rowOf(dialog.dataset.call)?.querySelector(`button.${name}`)) return;
    complain(dialog.dataset.gone);
    acts.disabled = true;
  });

  dialog.addEventListener("close", () => {
    const row = rowOf(dialog.dataset.call);
    focusOn(row?.querySelector(next) || row || document.getElementById("live-title"));
  });
}
