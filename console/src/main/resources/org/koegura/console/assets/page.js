// What the parts of the pages share: asking the server, and showing texts.

const headers = { "X-Koegura": "1", "Accept-Language": document.documentElement.lang };

/** Does something; the answer, or an error with the words of the server. */
export async function act(path, body, method = "POST") {
  const answer = await fetch(path, {
    method,
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.status === 204) return null;
  const json = await answer.json();
  if (answer.ok) return json;
  throw new Error(json.detail || json.title);
}

/** A part of a page as nodes; leads to the sign-in where nobody is signed in. */
export async function part(path) {
  const answer = await fetch(path, { headers, cache: "no-store" });
  if (answer.status === 401) location.assign("/sign-in");
  if (!answer.ok) throw new Error(String(answer.status));
  return parsed(await answer.text());
}

export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Does what a form asks for, once: pressed again meanwhile, it does nothing. Shows what the server refuses. */
export async function once(form, problem, work) {
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  show(problem, "");
  try {
    await work();
  } catch (refused) {
    show(problem, refused.message);
  } finally {
    form.ariaBusy = "false";
  }
}

export function show(element, text) {
  element.textContent = text;
  element.hidden = text === "";
}

/** A text of the server with its {0}, {1} … filled in. */
export function fill(text, ...values) {
  return text.replace(/\{(\d)\}/g, (_, place) => values[place]);
}

export function focusOn(element) {
  if (!element.matches("a, button, input, select, textarea")) element.tabIndex = -1;
  element.focus();
}
