// What the pages do in the browser: follow the live calls, exempt one, ask for a ticket and play. Texts come from the server.
import { act, show } from "./page.js";
import "./live.js";
import "./exempt.js";
import "./player.js";

// Playing: a purpose first, then a ticket, then the player.
const play = document.getElementById("play");
if (play) {
  const purpose = document.getElementById("purpose");
  const caseField = document.getElementById("case-field");
  const caseNumber = document.getElementById("case");
  const problem = document.getElementById("play-problem");
  purpose.addEventListener("change", () => {
    caseField.hidden = purpose.value !== "case";
    caseNumber.required = !caseField.hidden;
  });
  play.addEventListener("submit", async (event) => {
    event.preventDefault();
    show(problem, "");
    const asked = purpose.value === "case" ? `case:${caseNumber.value}` : purpose.value;
    try {
      const ticket = await act(`/api/v1/recordings/${play.dataset.recording}/playbacks`, { purpose: asked });
      const audio = document.getElementById("audio");
      document.getElementById("player").hidden = false;
      audio.src = ticket.audio;
      audio.focus();
      await audio.play().catch(() => {});
    } catch (refused) {
      show(problem, refused.message);
    }
  });
}
