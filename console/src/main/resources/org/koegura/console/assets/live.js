// The live calls. The server sends rows as they change; only the cells that look otherwise are replaced, so that focus stays.
import { focusOn, parsed, part } from "./page.js";

const POLL_MILLIS = 5000;
const POLLS_BEFORE_LISTENING_AGAIN = 12;
const SILENCE_MILLIS_MAX = 40000; // a server that is there says something every 15 s

const live = document.getElementById("live");
const recordings = document.querySelector("#recordings[data-list]");
let clockAheadMillis = 0; // of the server before this machine
let source = null;
let heardAt = 0;
let shownOnce = false;

async function refreshRecordings() {
  if (!recordings) return;
  const focused = recordings.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  recordings.replaceChildren(await part(recordings.dataset.list));
  if (focused) recordings.querySelector(`[href="${focused}"]`)?.focus();
}

function setClock(now) {
  clockAheadMillis = Date.parse(now) - Date.now();
}

function tick() {
  if (document.getElementById("live-status").dataset.word === "lost") return; // nobody knows whether the call goes on
  for (const time of live.querySelectorAll("time.ticking")) {
    const seconds = Math.max(0, Math.floor((Date.now() + clockAheadMillis - Date.parse(time.dateTime)) / 1000));
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (time.textContent !== text) time.textContent = text;
  }
}

/** Keeps of each cell how the server drew it: its clock ticks on here. */
function drawn(row) {
  for (const cell of row.cells) cell.drawn = cell.outerHTML;
  return row;
}

/** The button that takes the place of one: none that does something else, for a key may be on its way. */
function successor(cell, button) {
  const pausing = button.matches(".pause, .resume");
  return cell.querySelector(pausing ? "button.pause, button.resume" : `button.${button.className}`);
}

function update(row, fresh) {
  Object.assign(row.dataset, fresh.dataset);
  [...fresh.cells].forEach((cell, place) => {
    const old = row.cells[place];
    if (cell.drawn === old.drawn) return;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(cell);
    if (focused) focusOn(successor(cell, focused) || row);
  });
}

/** Takes calls away that are over; their last words. */
function removeOver(body, calls) {
  const over = [...body.rows].filter((row) => !calls.includes(row.dataset.call));
  for (const row of over) {
    const focused = row.contains(document.activeElement);
    row.remove();
    if (focused) focusOn(document.getElementById("live-title"));
  }
  return over.map((row) => row.dataset.gone);
}

/** Shows these calls in this order; `rows` has those that are new or changed. Returns what to say of it. */
function apply(calls, rows) {
  const body = live.querySelector("tbody");
  const news = removeOver(body, calls);
  if (news.length > 0) refreshRecordings().catch(() => {}); // the next call that ends brings the next try
  calls.forEach((call, place) => {
    const row = body.querySelector(`tr[data-call="${call}"]`);
    const fresh = rows[call] ? drawn(parsed(rows[call]).querySelector("tr")) : null;
    if (fresh && fresh.dataset.said !== row?.dataset.said) news.push(fresh.dataset.said);
    if (row && fresh) update(row, fresh);
    const shown = row || fresh;
    if (body.rows[place] !== shown) body.insertBefore(shown, body.rows[place] || null);
  });
  document.getElementById("live-empty").hidden = calls.length > 0;
  document.getElementById("live-table").hidden = calls.length === 0;
  tick();
  document.dispatchEvent(new CustomEvent("calls"));
  return news;
}

function say(news) {
  if (news.length > 0) document.getElementById("live-news").textContent = news.join(" ");
}

function connection(word) {
  const status = document.getElementById("live-status");
  if (status.dataset.word === word) return;
  status.dataset.word = word;
  status.classList.toggle("lost", word === "lost");
  status.textContent = status.dataset[word];
  const empty = document.getElementById("live-empty");
  empty.textContent = word === "lost" ? empty.dataset.unknown : empty.dataset.known;
}

function listen() {
  heardAt = Date.now();
  source = new EventSource(live.dataset.events);
  let fresh = true; // the first event of a connection holds all rows
  const hear = (event) => {
    heardAt = Date.now();
    const data = JSON.parse(event.data);
    setClock(data.now);
    return data;
  };
  source.addEventListener("calls", (event) => {
    const data = hear(event);
    const news = apply(data.calls, data.rows);
    if (fresh && shownOnce) {
      connection("back");
      refreshRecordings().catch(() => {});
    } else if (fresh) {
      connection("fresh");
    }
    if (shownOnce) say(news);
    fresh = false;
    shownOnce = true;
  });
  source.addEventListener("quiet", hear);
  source.addEventListener("ended", () => {
    source.close();
    location.assign("/sign-in");
  });
  source.addEventListener("error", () => {
    connection("lost");
    fresh = true;
    if (source.readyState === EventSource.CLOSED) setTimeout(poll, POLL_MILLIS, 1);
  });
}

/** Where a stream is refused: the whole list every 5 seconds, and each minute another try to listen. */
async function poll(count) {
  try {
    const list = await part(live.dataset.list);
    setClock(list.querySelector("table").dataset.now);
    const rows = [...list.querySelectorAll("tr[data-call]")].map((row) => [row.dataset.call, row.outerHTML]);
    say(apply(rows.map(([call]) => call), Object.fromEntries(rows)));
    shownOnce = true;
    connection("slow");
  } catch {
    connection("lost");
  }
  if (count < POLLS_BEFORE_LISTENING_AGAIN) setTimeout(poll, POLL_MILLIS, count + 1);
  else listen();
}

/** A network that went without a word: the browser would not notice for minutes. */
function listenAgainAfterSilence() {
  if (source.readyState === EventSource.CLOSED || Date.now() - heardAt < SILENCE_MILLIS_MAX) return;
  source.close();
  connection("lost");
  listen();
}

if (live) {
  live.querySelectorAll("tr[data-call]").forEach(drawn);
  setClock(document.getElementById("live-table").dataset.now);
  setInterval(tick, 1000);
  setInterval(listenAgainAfterSilence, POLL_MILLIS);
  tick();
  listen();
}
