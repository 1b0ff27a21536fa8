// The page of a lineage: its picture becomes a graph that tells, on a click or by keyboard, who claims each tie.

import { add, arrange, fit, graph } from "./graph.js";
import { filters } from "./filters.js";
import { keys } from "./keys.js";
import { element, tellEdge, tellHow, tellNode } from "./panel.js";

import "./lineage.css";

const HOW =
  "Choose a dataset or a tie to read who claims it. By keyboard: arrows go from dataset to dataset, e from tie to tie, " +
  "Enter comes here, Home goes back to the start, + and - zoom, 0 shows all.";

const LEGEND =
  "Images went from left to right. An arrow is a claim, from the dataset it is about to the one it names. Solid: images " +
  "are shared; dashed: perhaps; dotted: none by this claim. ● shares images with the dataset asked for, ◐ possibly, " +
  "◌ is tied to it by documents only, ○ is not known to share any.";

for (const figure of document.querySelectorAll("figure[data-lineage]")) {
  const response = await fetch(figure.dataset.lineage);
  if (response.ok) show(figure, await response.json()); // else the picture stays
}

function show(figure, family) {
  if (family.nodes.length < 2) return;
  const canvas = element("div", { className: "lineage-canvas", tabIndex: 0 });
  const panel = element("aside", { className: "lineage-panel", tabIndex: -1 });
  const said = element("p", { className: "hint lineage-said" });
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "graph");
  panel.setAttribute("aria-label", "What is claimed");
  panel.setAttribute("aria-live", "polite");
  said.setAttribute("role", "status");

  const stage = element("div", { className: "lineage-stage" }, canvas, panel);
  const still = figure.querySelector("img");
  (still.closest(".scroll") ?? still).replaceWith(stage);
  const drawn = graph(canvas);
  add(drawn, family);
  const home = drawn.getElementById(family.dataset).addClass("home");
  const boxes = filters(drawn, () => arrange(drawn));
  const png = element("a", { href: "#", download: `${family.dataset}-lineage.png` }, "PNG");
  png.addEventListener("click", () => (png.href = picture(drawn)));
  figure.querySelector("figcaption").append(" · ", png);
  const whole = element("button", { type: "button", className: "quiet" }, "Show all");
  whole.addEventListener("click", () => fit(drawn));
  stage.after(element("p", { className: "hint" }, LEGEND));
  figure.querySelector(".still")?.remove();
  stage.before(element("div", { className: "row" }, boxes.place, whole, said));
  describe();
  tellHow(panel, HOW);
  arrange(drawn);
  drawn.on("tap", "node, edge", (event) => choose(event.target));
  drawn.on("tap", (event) => event.target === drawn && choose(undefined));
  keys(canvas, drawn, { choose, fit: () => fit(drawn), panel });
  new ResizeObserver(() => drawn.resize()).observe(canvas);

  function choose(chosen) {
    drawn.$(":selected").unselect();
    if (!chosen) return tellHow(panel, HOW);
    chosen.select();
    intoView(chosen);
    if (chosen.isEdge()) return tellEdge(panel, chosen);
    const isOpen = chosen.hasClass("expanded") || chosen.hasClass("home");
    tellNode(panel, chosen, { home: home.data("label"), expand: isOpen ? null : () => expand(chosen) });
  }

  /** Add the relatives of a relative, as they stand to the dataset of the page. */
  async function expand(node) {
    const options = new URLSearchParams(new URL(figure.dataset.lineage, location).search);
    options.set("towards", family.dataset);
    const response = await fetch(`${node.data("url")}/lineage.json?${options}`);
    if (!response.ok) return void (said.textContent = "Its relatives cannot be had.");
    const found = await response.json();
    const number = add(drawn, found);
    node.addClass("expanded");
    boxes.renew();
    arrange(drawn);
    choose(node);
    describe(`${number} more. ${leftOut(found)}`);
  }

  function describe(more = leftOut(family)) {
    const [datasets, ties] = [drawn.nodes().length, drawn.edges().length];
    canvas.setAttribute("aria-label", `${datasets} datasets and ${ties} ties between them. ${HOW}`);
    said.textContent = `${datasets} datasets, ${ties} ties. ${more}`;
  }

  function intoView(chosen) {
    const box = chosen.renderedBoundingBox();
    const isSeen = box.x1 >= 0 && box.y1 >= 0 && box.x2 <= drawn.width() && box.y2 <= drawn.height();
    if (!isSeen) drawn.center(chosen);
  }
}

function leftOut({ left_out: number }) {
  return number ? `${number} more, further away, are left out.` : "";
}

/** All that is shown, as the address of a picture. */
function picture(drawn) {
  const paper = getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
  return drawn.png({ full: true, scale: 2, bg: paper });
}
