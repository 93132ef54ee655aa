// Acts on a call that need no words: a button opens what will happen, the answer acts.
import { act, focusOn, show } from "./page.js";

const rowOf = (call) => document.querySelector(`tr[data-call="${call}"]`);

/**
 * @param name of the dialog, and of what is in it
 * @param button selects the buttons that open it
 * @param what is posted below the call
 */
const confirmed = (name, button, what) => {
  const dialog = document.getElementById(name);
  if (!dialog) return;
  const problem = document.getElementById(`${name}-problem`);
  const acts = document.getElementById(`${name}-act`);

  const open = (opener) => {
    dialog.dataset.call = opener.closest("tr").dataset.call;
    document.getElementById(`${name}-call`).textContent = opener.dataset.name;
    show(problem, "");
    acts.disabled = false;
    dialog.showModal();
    document.getElementById(`${name}-title`).focus();
  };

  const done = async () => {
    // The answer may be slow, and the dialog closed and opened for another call meanwhile.
    const call = dialog.dataset.call;
    const shown = () => dialog.open && dialog.dataset.call === call;
    acts.disabled = true;
    try {
      await act(`/api/v1/calls/${call}/${what}`);
      if (shown()) dialog.close();
    } catch (refused) {
      if (!shown()) return;
      acts.disabled = false;
      show(problem, refused.message);
    }
  };

  document.addEventListener("click", (event) => {
    const opens = event.target.closest(button);
    if (opens) open(opens);
  });
  acts.addEventListener("click", done);

  document.addEventListener("calls", () => {
    if (!dialog.open || acts.disabled || rowOf(dialog.dataset.call)?.querySelector(button)) return;
    show(problem, dialog.dataset.gone);
    acts.disabled = true;
  });

  dialog.addEventListener("close", () => {
    const row = rowOf(dialog.dataset.call);
    focusOn(row?.querySelector(button) || row || document.getElementById("live-title"));
  });
};

confirmed("objection", "button.object", "objection");
confirmed("attest", "button.attest", "attestation");
