// The player: ten seconds back and forth, speed, and keys while the focus is inside of it.

import { act, once, show } from "./page.js";

const SKIP_SECONDS = 10;
const player = document.getElementById("player");

if (player) {
  const audio = document.getElementById("audio");
  const speed = document.getElementById("speed");

  const skip = (seconds) => {
    audio.currentTime = Math.min(Math.max(0, audio.currentTime + seconds), audio.duration || 0);
  };
  const toggle = () => (audio.paused ? audio.play().catch(() => {}) : audio.pause());
  const keys = { j: () => skip(-SKIP_SECONDS), k: toggle, l: () => skip(SKIP_SECONDS) };

  for (const button of player.querySelectorAll("[data-skip]")) {
    button.addEventListener("click", () => skip(Number(button.dataset.skip)));
  }
  speed.addEventListener("change", () => (audio.playbackRate = Number(speed.value)));
  audio.addEventListener("loadedmetadata", () => (audio.playbackRate = Number(speed.value)));
  player.addEventListener("keydown", (event) => {
    const key = keys[event.key.toLowerCase()];
    if (!key || event.target === speed || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    key();
  });
  audio.addEventListener("error", () => {
    show(document.getElementById("play-problem"), player.dataset.broken);
  });
}

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
  play.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = purpose.value === "case" ? `case:${caseNumber.value}` : purpose.value;
    once(play, problem, async () => {
      const ticket = await act(`/api/v1/recordings/${play.dataset.recording}/playbacks`, { purpose: asked });
      const audio = document.getElementById("audio");
      player.hidden = false;
      audio.src = ticket.audio;
      audio.focus();
      await audio.play().catch(() => {});
    });
  });
}
