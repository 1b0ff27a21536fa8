// The lineage of a dataset as a graph that can be moved about: cytoscape.js (https://js.cytoscape.org) with the layers of
// dagre. What images came from stands to the left.

import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";

import { TEXT, style } from "./style.js";

cytoscape.use(dagre);

const SMALLEST = 0.62; // below that nobody can read it
const SIGNS = { definite: "●", possible: "◐", documentary: "◌", "none-known": "○", disjoint: "○" };

/** An empty graph in a place. */
export function graph(place) {
  withoutStyleElement();
  const drawn = cytoscape({
    container: place,
    style: style(),
    minZoom: 0.15,
    maxZoom: 3,
    boxSelectionEnabled: false,
    selectionType: "single",
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.style(style()));
  return drawn;
}

/**
 * Add a family to a graph; what is there already stays as it is. Says how many members are new.
 * Each is graded, and told of, as it stands to the dataset of the page, whosever family it is.
 */
export function add(drawn, family) {
  const before = drawn.nodes().length;
  const generations = new Map(family.nodes.map((each) => [each.id, each.generation]));
  for (const each of family.nodes) {
    if (drawn.getElementById(each.id).empty()) drawn.add({ group: "nodes", ...node(each) });
  }
  for (const each of family.edges) {
    if (drawn.getElementById(each.id).empty()) drawn.add(edge(each, generations));
  }
  return drawn.nodes().length - before;
}

/** Put everything that is shown into layers, and show it from the dataset asked for outwards. */
export function arrange(drawn) {
  const shown = drawn.elements().not(".filtered");
  const longest = Math.max(0, ...shown.edges().map((each) => Math.max(...each.data("relations").map((name) => name.length))));
  drawn.edges().removeClass("routed");
  shown
    .layout({
      name: "dagre",
      rankDir: "LR",
      ranker: "network-simplex",
      nodeSep: 20,
      edgeSep: 16,
      rankSep: 7 * longest + 36,
      useDagreEdgeControlPoints: true, // for `routed` ties, which keep clear of datasets
      animate: false, // nothing moves that nobody moved
      fit: false,
    })
    .run();
  shown.edges().filter((each) => each.scratch("controlPointWeights")?.length).addClass("routed");
  const box = shown.boundingBox();
  const zoom = Math.min(1, Math.max(SMALLEST, (drawn.width() - 32) / box.w));
  drawn.container().style.height = `min(75vh, ${Math.round(Math.max(260, box.h * zoom + 40))}px)`;
  drawn.resize();
  fit(drawn, SMALLEST);
}

/** Show all of it, but no larger than life, and no smaller than asked: then what is in the middle is shown. */
export function fit(drawn, smallest = 0) {
  const shown = drawn.elements().not(".filtered");
  drawn.fit(shown, 16);
  const zoom = Math.min(Math.max(drawn.zoom(), smallest), 1);
  if (zoom === drawn.zoom()) return;
  drawn.zoom(zoom);
  drawn.center(zoom < 1 ? drawn.nodes(".home") : shown);
  const box = shown.renderedBoundingBox();
  drawn.panBy({ x: filling(box.x1, box.x2, drawn.width()), y: filling(box.y1, box.y2, drawn.height()) });
}

/** How far to shift what is larger than the window, so that nothing of the window stays empty. */
function filling(first, last, room) {
  if (last - first < room) return (room - first - last) / 2;
  return Math.max(room - 16 - last, 0) - Math.max(first - 16, 0);
}

function node(each) {
  const data = { ...each, ...each.towards };
  const shown = [SIGNS[data.grade], data.label].filter(Boolean).join(" ");
  return { data: { ...data, shown, width: Math.ceil(width(shown)) + 18 }, classes: data.grade ?? "" };
}

const ruler = document.createElement("canvas").getContext("2d");

/** How wide a text is in a node. */
function width(text) {
  ruler.font = `700 ${TEXT}px ${getComputedStyle(document.documentElement).fontFamily}`;
  return ruler.measureText(text).width;
}

/** A tie, laid out from the earlier to the later generation, with its arrow at the object of the claim. */
function edge(each, generations) {
  const isBackwards = !each.directed && (generations.get(each.source) ?? 0) > (generations.get(each.target) ?? 0);
  const [source, target] = isBackwards ? [each.target, each.source] : [each.source, each.target];
  const arrow = each.symmetric ? "none" : each.object === target ? "target" : "source";
  return {
    group: "edges",
    data: { ...each, source, target, label: each.relations.join("\n") },
    classes: `${each.style} ${each.certainty} arrow-${arrow}`,
  };
}

/** Keep cytoscape from writing a style element, which our Content-Security-Policy refuses; lineage.css says the same. */
function withoutStyleElement() {
  const id = "__________cytoscape_stylesheet";
  if (document.getElementById(id)) return;
  const stand = document.createElement("meta");
  stand.id = id;
  document.head.append(stand);
}
