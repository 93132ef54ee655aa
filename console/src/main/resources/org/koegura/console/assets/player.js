// The player: ten seconds back and forth, speed, and keys while the focus is inside of it.

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
    const problem = document.getElementById("play-problem");
    problem.textContent = player.dataset.broken;
    problem.hidden = false;
  });
}
