// Acts on a call that need no words: a button opens what will happen, the answer, or one of several, acts.
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
  const answers = [...dialog.querySelectorAll(`#${name}-act, button.choice`)];
  const rest = (still) => answers.forEach((answer) => (answer.disabled = still));

  const open = (opener) => {
    dialog.dataset.call = opener.closest("tr").dataset.call;
    document.getElementById(`${name}-call`).textContent = opener.dataset.name;
    show(problem, "");
    rest(false);
    dialog.showModal();
    document.getElementById(`${name}-title`).focus();
  };

  const done = async (event) => {
    const { language } = event.currentTarget.dataset;
    // The answer may be slow, and the dialog closed and opened for another call meanwhile.
    const call = dialog.dataset.call;
    const shown = () => dialog.open && dialog.dataset.call === call;
    rest(true);
    try {
      await act(`/api/v1/calls/${call}/${what}`, language && { language });
      if (shown()) dialog.close();
    } catch (refused) {
      if (!shown()) return;
      rest(false);
      show(problem, refused.message);
    }
  };

  document.addEventListener("click", (event) => {
    const opens = event.target.closest(button);
    if (opens) open(opens);
  });
  answers.forEach((answer) => answer.addEventListener("click", done));

  document.addEventListener("calls", () => {
    if (!dialog.open || answers[0].disabled || rowOf(dialog.dataset.call)?.querySelector(button)) return;
    show(problem, dialog.dataset.gone);
    rest(true);
  });

  dialog.addEventListener("close", () => {
    const row = rowOf(dialog.dataset.call);
    focusOn(row?.querySelector(button) || row || document.getElementById("live-title"));
  });
};

confirmed("objection", "button.object", "objection");
confirmed("attest", "button.attest", "attestation");
confirmed("replay", "button.replay", "replay");
