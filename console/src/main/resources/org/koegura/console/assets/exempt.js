// Exempting in two actions: a button opens the grounds, choosing one acts.
import { act, fill, focusOn, show } from "./page.js";

const dialog = document.getElementById("exempt");

function buttonOf(call) {
  return document.querySelector(`tr[data-call="${call}"] button.exempt`);
}

if (dialog) {
  const title = document.getElementById("exempt-title");
  const problem = document.getElementById("exempt-problem");
  const text = document.getElementById("exempt-text");
  const done = document.getElementById("done");
  const grounds = [...dialog.querySelectorAll("[data-ground]")];

  const enable = (enabled) => grounds.forEach((ground) => (ground.disabled = !enabled));

  /** Says what is wrong; where it is the text, the focus goes there. */
  const complain = (words, ofText = false) => {
    show(problem, words);
    text.setAttribute("aria-invalid", String(ofText));
    if (ofText) text.focus();
  };

  const open = (button) => {
    dialog.dataset.call = button.closest("tr").dataset.call;
    document.getElementById("exempt-call").textContent = button.dataset.name;
    text.value = "";
    complain("");
    enable(true);
    done.replaceChildren();
    dialog.showModal();
    title.focus(); // on no ground: a key that was meant for something else must not act
  };

  const exempt = async (ground) => {
    if (ground === "3" && text.value.trim() === "") {
      complain(dialog.dataset.missing, true);
      return;
    }
    const body = { ground: Number(ground) };
    if (text.value.trim() !== "") body.text = text.value;
    enable(false);
    try {
      await act(`/api/v1/calls/${dialog.dataset.call}/exemption`, body);
      dialog.close();
      const said = document.createElement("p");
      said.className = "done";
      said.textContent = fill(done.dataset.text, ground, document.getElementById("exempt-call").textContent);
      done.dataset.call = dialog.dataset.call;
      done.replaceChildren(said);
    } catch (refused) {
      enable(true);
      complain(refused.message, text.value !== "");
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.exempt");
    if (button) open(button);
  });
  grounds.forEach((ground) => ground.addEventListener("click", () => exempt(ground.dataset.ground)));

  document.addEventListener("calls", () => {
    if (!document.querySelector(`tr[data-call="${done.dataset.call}"]`)) done.replaceChildren();
    if (!dialog.open || buttonOf(dialog.dataset.call)) return;
    if (grounds.every((ground) => ground.disabled)) return; // it is being exempted here
    complain(dialog.dataset.gone);
    enable(false);
  });

  dialog.addEventListener("close", () => {
    const row = document.querySelector(`tr[data-call="${dialog.dataset.call}"]`);
    focusOn(buttonOf(dialog.dataset.call) || row || document.getElementById("live-title"));
  });
}
