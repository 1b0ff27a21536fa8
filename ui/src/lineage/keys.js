// The graph by keyboard: arrows go from dataset to dataset, Enter tells of one.

/** Let a place be moved about in by keyboard; `choose` takes the element that is gone to. */
export function keys(place, drawn, { choose, fit, panel }) {
  place.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = ACTS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const ACTS = {
    ArrowLeft: () => go((here, other) => here.x - other.x, (here, other) => Math.abs(here.y - other.y)),
    ArrowRight: () => go((here, other) => other.x - here.x, (here, other) => Math.abs(here.y - other.y)),
    ArrowUp: () => go((here, other) => here.y - other.y, (here, other) => Math.abs(here.x - other.x)),
    ArrowDown: () => go((here, other) => other.y - here.y, (here, other) => Math.abs(here.x - other.x)),
    Home: () => choose(drawn.nodes(".home")[0]),
    e: () => nextTie(),
    "+": () => zoom(1.25),
    "=": () => zoom(1.25),
    "-": () => zoom(0.8),
    0: () => fit(),
    Enter: () => {
      if (!chosen()) choose(drawn.nodes(".home")[0]);
      panel.focus();
    },
  };

  const chosen = () => drawn.$(":selected")[0];

  /** Go to the nearest dataset in a direction, what lies aside of it counting twice. */
  function go(ahead, aside) {
    const from = chosen()?.isEdge() ? chosen().source() : chosen();
    if (!from) return choose(drawn.nodes(".home")[0]);
    const here = from.position();
    const others = drawn.nodes().not(".filtered").not(from);
    const ranked = others
      .map((node) => ({ node, ahead: ahead(here, node.position()), aside: aside(here, node.position()) }))
      .filter((each) => each.ahead > 1)
      .sort((one, other) => one.ahead + 2 * one.aside - other.ahead - 2 * other.aside);
    if (ranked.length) choose(ranked[0].node);
  }

  /** Go from tie to tie of the dataset one is at. */
  let at = 0;
  let around;
  function nextTie() {
    const here = chosen() ?? drawn.nodes(".home")[0];
    if (here.isNode()) [around, at] = [here, -1];
    const ties = around.connectedEdges().not(".filtered");
    if (!ties.length) return;
    at = (at + 1) % ties.length;
    choose(ties[at]);
  }

  function zoom(by) {
    const centre = { x: drawn.width() / 2, y: drawn.height() / 2 };
    drawn.zoom({ level: drawn.zoom() * by, renderedPosition: centre });
  }
}
