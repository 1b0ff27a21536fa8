// The page of the endpoint: its form becomes an editor, and what is found comes without leaving the page.
//
// The server writes the results (templates/results.html); this script only fetches that page and takes its part over,
// so that there is one way results look, with script and without.

import { editor, pointAt } from "./yasqe.js";

import "@zazuko/yasqe/build/yasqe.min.css";
import "./editor.css";

const LONGEST_ADDRESS = 6000;

const form = document.getElementById("ask");
const area = form.elements.query;
const run = form.querySelector("button");
const hint = form.querySelector(".hint");
const seconds = Number(form.dataset.seconds);
const said = document.createElement("p");
let asking;

const place = document.createElement("div");
place.className = "editor";
area.after(place);
const made = editor(place, {
  text: area.value,
  prefixes: JSON.parse(form.dataset.prefixes),
  label: "Query",
  run: () => ask(),
});
area.hidden = true;
area.required = false; // nobody can be led to a field that is not shown
form.querySelector("label").addEventListener("click", () => made.focus());
said.className = "hint";
said.setAttribute("role", "status");
hint.append(" Ctrl+Enter runs it, Ctrl+Space completes.");
hint.after(said);
const stop = button("Stop", () => asking?.abort());
stop.hidden = true;
run.after(stop, button("Copy address", copyAddress));

made.on("change", () => (area.value = made.getValue()));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
addEventListener("popstate", () => location.reload());
for (const each of document.querySelectorAll(".question form")) each.addEventListener("submit", question);
mended();

/** Run the query that stands in the editor. */
async function ask() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const started = performance.now();
  const clock = setInterval(() => tell(`${Math.floor((performance.now() - started) / 1000)} s of ${seconds} s`), 500);
  tell("Running …");
  stop.hidden = false;
  document.getElementById("results").setAttribute("aria-busy", "true");
  try {
    const found = await answer(made.getValue(), signal);
    document.getElementById("results").replaceWith(found);
    if (location.href !== address()) history.pushState(null, "", address());
    mended();
    const title = found.querySelector("h2");
    tell(title ? title.textContent.replace(/\s+/g, " ").trim() : "");
  } catch (error) {
    tell(signal.aborted ? "Stopped." : `The server cannot be reached: ${error.message}`);
  } finally {
    clearInterval(clock);
    stop.hidden = true;
    document.getElementById("results").removeAttribute("aria-busy");
  }
}

/** The part of the page of results that holds them. */
async function answer(query, signal) {
  const fields = new URLSearchParams({ query });
  const headers = { Accept: "text/html" };
  const isLong = String(fields).length > LONGEST_ADDRESS;
  const response = await (isLong
    ? fetch(form.action, { method: "POST", body: fields, headers, signal })
    : fetch(`${form.action}?${fields}`, { headers, signal }));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.getElementById("results");
  if (!found) throw new Error(page.querySelector("h1")?.textContent ?? response.statusText);
  return document.adoptNode(found);
}

/** Lead to the place of a mistake that the results tell of. */
function mended() {
  const detail = document.querySelector("#results .detail")?.textContent;
  const found = detail?.match(/^line (\d+), column (\d+)/);
  if (found) pointAt(made, Number(found[1]), Number(found[2]));
}

/** Take a stored query with the values of its form into the editor, and run it. */
async function question(event) {
  event.preventDefault();
  const asked = event.target;
  const fields = new URLSearchParams(new FormData(asked));
  const response = await fetch(`${asked.action}?${fields}`, { headers: { Accept: "application/sparql-query" } });
  const text = await response.text();
  if (!response.ok) return refuse(asked, response.headers.get("content-type"), text);
  refuse(asked, "", "");
  made.setValue(text);
  form.scrollIntoView({ block: "start" });
  await ask();
}

/** Say at a form why its values will not do. */
function refuse(asked, type, text) {
  asked.querySelector(".note")?.remove();
  if (!text) return;
  const note = document.createElement("div");
  const detail = document.createElement("pre");
  note.className = "note wrong";
  note.setAttribute("role", "alert");
  detail.textContent = type?.includes("json") ? JSON.parse(text).detail : text;
  note.append(detail);
  asked.append(note);
}

/** The address at which what is found now can be seen by anybody. */
function address() {
  return new URL(`${form.action}?${new URLSearchParams({ query: made.getValue() })}`, location.href).href;
}

async function copyAddress() {
  try {
    await navigator.clipboard.writeText(address());
    tell("The address is copied.");
  } catch {
    tell("The browser did not let the address be copied; it is that of this page once the query has run.");
  }
}

function tell(text) {
  said.textContent = text;
}

function button(text, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.addEventListener("click", act);
  return element;
}
