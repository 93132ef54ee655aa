// Exempting in two actions: a button opens the grounds, choosing one acts.
import { act, fill, focusOn, show } from "./page.js";

const GROUNDS_AFTER_MILLIS = 600;
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
  let acting = null; // the call that is being exempted

  /** Whether the dialog is open for that call. */
  const shows = (call) => dialog.open && dialog.dataset.call === call;

  const showStage = (row) => {
    document.getElementById("exempt-stage").textContent = row.querySelector(".state").textContent;
  };

  const enable = (enabled) => grounds.forEach((ground) => (ground.disabled = !enabled));

  /** Says what is wrong; where it is the text, the focus goes there. */
  const complain = (words, ofText = false) => {
    show(problem, words);
    text.setAttribute("aria-invalid", String(ofText));
    if (ofText) text.focus();
  };

  const open = (button) => {
    const row = button.closest("tr");
    const call = row.dataset.call;
    dialog.dataset.call = call;
    showStage(row);
    document.getElementById("exempt-call").textContent = button.dataset.name;
    text.value = "";
    complain("");
    enable(false); // the second click of a double click may land on a ground
    setTimeout(() => enable(shows(call) && acting !== call && buttonOf(call) !== null), GROUNDS_AFTER_MILLIS);
    done.replaceChildren();
    dialog.showModal();
    title.focus(); // on no ground: a key that was meant for something else must not act
  };

  /** Says on the page what became of a call, for as long as it is up. */
  const tell = (call, look, words) => {
    const said = document.createElement("p");
    said.className = look;
    said.textContent = words;
    done.dataset.call = call;
    done.replaceChildren(said);
  };

  const exempt = async (ground) => {
    if (ground === "3" && text.value.trim() === "") {
      complain(dialog.dataset.missing, true);
      return;
    }
    const body = { ground: Number(ground) };
    if (text.value.trim() !== "") body.text = text.value;
    // The answer may be slow, and the dialog closed and opened for another call meanwhile.
    const call = dialog.dataset.call;
    const name = document.getElementById("exempt-call").textContent;
    acting = call;
    enable(false);
    try {
      await act(`/api/v1/calls/${call}/exemption`, body);
      if (shows(call)) dialog.close();
      tell(call, "done", fill(done.dataset.text, ground, name));
    } catch (refused) {
      if (shows(call)) {
        enable(true);
        complain(refused.message, "text" in body);
      } else {
        tell(call, "alert", `${name}: ${refused.message}`);
      }
    } finally {
      if (acting === call) acting = null;
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.exempt");
    if (button) open(button);
  });
  grounds.forEach((ground) => ground.addEventListener("click", () => exempt(ground.dataset.ground)));

  document.addEventListener("calls", () => {
    if (!document.querySelector(`tr[data-call="${done.dataset.call}"]`)) done.replaceChildren();
    const row = document.querySelector(`tr[data-call="${dialog.dataset.call}"]`);
    if (row) showStage(row);
    if (!dialog.open || buttonOf(dialog.dataset.call) || acting === dialog.dataset.call) return;
    complain(dialog.dataset.gone);
    enable(false);
  });

  dialog.addEventListener("close", () => {
    const row = document.querySelector(`tr[data-call="${dialog.dataset.call}"]`);
    focusOn(buttonOf(dialog.dataset.call) || row || document.getElementById("live-title"));
  });
}
