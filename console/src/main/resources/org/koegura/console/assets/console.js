"use strict";
// What the pages do in the browser: refresh the lists, exempt a call, ask for a ticket and play, export a copy. Texts come from the server.

const REFRESH_MILLIS = 2000;
const language = document.documentElement.lang;
const headers = { "X-Koegura": "1", "Accept-Language": language };

async function act(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const json = await answer.json();
  if (answer.ok) return json;
  throw new Error(json.detail || json.title);
}

function show(element, text) {
  element.textContent = text;
  element.hidden = text === "";
}

// Lists: the server renders them; a list is replaced only when it changed, and the focus stays on the same row.
async function refresh(list) {
  const answer = await fetch(list.dataset.refresh, { headers, cache: "no-store" });
  if (answer.status === 401) {
    location.assign("/sign-in");
    return;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  const html = await answer.text();
  if (html === list.dataset.shown) return;
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const again = focused && (focused.dataset.call ? `[data-call="${focused.dataset.call}"]` : `[href="${focused.getAttribute("href")}"]`);
  list.innerHTML = html;
  list.dataset.shown = html;
  if (again) list.querySelector(again)?.focus();
}

const lists = document.querySelectorAll("[data-refresh]");
const status = document.getElementById("live-status");

async function refreshAll() {
  try {
    if (!document.hidden) for (const list of lists) await refresh(list);
    if (status) {
      status.classList.remove("lost");
      if (status.textContent !== status.dataset.fresh) status.textContent = status.dataset.fresh;
    }
  } catch {
    if (status) {
      status.classList.add("lost");
      status.textContent = status.dataset.lost;
    }
  }
  setTimeout(refreshAll, REFRESH_MILLIS);
}
if (lists.length > 0) setTimeout(refreshAll, REFRESH_MILLIS);

// Exempting: one click opens the grounds, the next one acts.
const dialog = document.getElementById("exempt");
if (dialog) {
  const problem = document.getElementById("exempt-problem");
  const text = document.getElementById("exempt-text");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.exempt");
    if (!button) return;
    dialog.dataset.call = button.dataset.call;
    document.getElementById("exempt-call").textContent = button.dataset.label;
    text.value = "";
    show(problem, "");
    dialog.showModal();
  });
  for (const choice of dialog.querySelectorAll("[data-ground]")) {
    choice.addEventListener("click", async () => {
      const body = { ground: Number(choice.dataset.ground) };
      if (text.value.trim() !== "") body.text = text.value;
      try {
        await act(`/api/v1/calls/${dialog.dataset.call}/exemption`, body);
        dialog.close();
        const live = document.getElementById("live");
        if (live) await refresh(live);
      } catch (refused) {
        show(problem, refused.message);
        if (choice.dataset.ground === "3") text.focus();
      }
    });
  }
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

// Exporting: a purpose, then a ticket that works once; the browser saves what it names.
const exporting = document.getElementById("export");
if (exporting) {
  const purpose = document.getElementById("export-purpose");
  const problem = document.getElementById("export-problem");
  exporting.addEventListener("submit", async (event) => {
    event.preventDefault();
    show(problem, "");
    try {
      const path = `/api/v1/recordings/${exporting.dataset.recording}/exports`;
      const ticket = await act(path, { form: event.submitter.value, purpose: purpose.value });
      location.assign(ticket.copy);
    } catch (refused) {
      show(problem, refused.message);
    }
  });
}
