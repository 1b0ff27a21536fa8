// How the graph looks, in the colours of the page as they are now.

/** The size of the text in a node, in pixels. */
export const TEXT = 14;

/** The style of a graph. */
export function style() {
  const page = getComputedStyle(document.documentElement);
  const colour = (name) => page.getPropertyValue(`--${name}`).trim();
  const font = page.fontFamily;
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        width: "data(width)",
        height: 30,
        "background-color": colour("paper"),
        "border-width": 1.2,
        "border-color": colour("edge"),
        label: "data(shown)",
        color: colour("ink"),
        "font-family": font,
        "font-size": TEXT,
        "text-valign": "center",
        "text-halign": "center",
      },
    },
    ...["definite", "possible", "documentary"].map((grade, index) => ({
      selector: `node.${grade}`,
      style: {
        "border-color": colour(["red", "amber", "violet"][index]),
        "background-color": colour(`${["red", "amber", "violet"][index]}-wash`),
      },
    })),
    { selector: "node.home", style: { "border-width": 2.5, "border-color": colour("ink"), "font-weight": 700 } },
    {
      selector: "edge",
      style: {
        width: 1.4,
        "line-color": colour("edge"),
        "target-arrow-color": colour("edge"),
        "source-arrow-color": colour("edge"),
        "arrow-scale": 0.9,
        "curve-style": "bezier",
        label: "data(label)",
        color: colour("soft"),
        "font-family": font,
        "font-size": 12,
        "text-background-color": colour("paper"),
        "text-background-opacity": 1,
        "text-background-padding": 2,
        "text-wrap": "wrap",
      },
    },
    {
      selector: "edge.routed",
      style: {
        "curve-style": "round-segments",
        "segment-weights": (edge) => edge.scratch("controlPointWeights"),
        "segment-distances": (edge) => edge.scratch("controlPointDistances"),
        "segment-radii": 40,
        "edge-distances": "intersection",
      },
    },
    { selector: "edge.dashed", style: { "line-style": "dashed", "line-dash-pattern": [7, 4] } },
    { selector: "edge.dotted", style: { "line-style": "dotted" } },
    { selector: "edge.arrow-target", style: { "target-arrow-shape": "triangle" } },
    { selector: "edge.arrow-source", style: { "source-arrow-shape": "triangle" } },
    { selector: ".filtered", style: { display: "none" } },
    { selector: "node:selected", style: { "border-width": 3, "border-color": colour("accent") } },
    {
      selector: "edge:selected",
      style: {
        width: 3,
        "line-color": colour("accent"),
        "target-arrow-color": colour("accent"),
        "source-arrow-color": colour("accent"),
        color: colour("ink"),
      },
    },
  ];
}
