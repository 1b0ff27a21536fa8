// Completion for inputs with `data-complete`: the combobox of the ARIA Authoring Practices with a list of suggestions,
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/. Without it the inputs take names and slugs as they are typed.
//
// `go` leads to what is chosen, `one` writes its slug, `many` completes the last of several.

import { root } from "./site.js";

const DELAY = 120;
const SEPARATOR = /[,\n]\s*/;

for (const [index, input] of [...document.querySelectorAll("[data-complete]")].entries()) {
  new Combobox(input, `suggestions-${index}`);
}

function Combobox(input, id) {
  const mode = input.dataset.complete;
  const kinds = input.dataset.kinds?.split(" ");
  const list = document.createElement("ul");
  const status = document.createElement("span");
  let suggestions = [];
  let at = -1;
  let timer;
  let asking;

  list.id = id;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": id,
  })) {
    input.setAttribute(name, value);
  }
  const parent = input.closest(".search") ?? wrapped(input);
  parent.append(list, status);

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, DELAY);
  });
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus where it is
  if (document.activeElement === input && !input.defaultValue) suggest(); // typing began before this script did
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(Number(option.dataset.index));
  });

  /** What is being typed: in an input for several, the last of them. */
  function typed() {
    const before = input.value.slice(0, input.selectionEnd ?? input.value.length);
    return mode === "many" ? before.split(SEPARATOR).at(-1) : input.value;
  }

  async function suggest() {
    const text = typed().trim();
    asking?.abort();
    if (!text) return close();
    asking = new AbortController();
    try {
      const query = new URLSearchParams({ q: text });
      for (const kind of kinds ?? []) query.append("kind", kind);
      const response = await fetch(`${root}complete?${query}`, { signal: asking.signal });
      if (!response.ok) return close();
      const found = await response.json();
      show(kinds ? found.filter((each) => kinds.includes(each.kind)) : found);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function show(found) {
    suggestions = found;
    at = -1;
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
    status.textContent = found.length ? `${found.length} suggestions` : "no suggestions";
  }

  function option(each, index) {
    const item = document.createElement("li");
    item.id = `${id}-${index}`;
    item.dataset.index = index;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.append(each.label);
    if (each.label_zh && each.label_zh !== each.label) item.append(" ", part("span", each.label_zh, "zh", "zh"));
    if (!kinds || kinds.length > 1) item.append(" ", part("span", each.kind, "muted small"));
    return item;
  }

  function onKey(event) {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return void (event.key === "ArrowDown" && suggest());
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      choose(at);
    } else if (event.key === "Tab") {
      close();
    }
  }

  /** Go to the next suggestion; past the last one, and before the first, is what was typed. */
  function move(step) {
    const places = suggestions.length + 1;
    at = ((at + 1 + step + places) % places) - 1;
    for (const item of list.children) item.setAttribute("aria-selected", String(Number(item.dataset.index) === at));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function choose(index) {
    const chosen = suggestions[index];
    if (mode === "go") {
      location.assign(chosen.url ?? `${root}${chosen.kind}/${chosen.slug}`);
    } else if (mode === "many") {
      const end = input.selectionEnd ?? input.value.length;
      const start = end - typed().length;
      input.setRangeText(`${chosen.slug}, `, start, end, "end");
    } else {
      input.value = chosen.slug;
    }
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
}

/** The element put around an input, for the list to hang on. */
function wrapped(input) {
  const around = document.createElement("div");
  around.className = "completes";
  input.replaceWith(around);
  around.append(input);
  return around;
}

function part(name, text, className, lang) {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = className;
  if (lang) element.lang = lang;
  return element;
}
