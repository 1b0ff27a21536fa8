// Which ties are shown: by relation, and by what their claims rest on.

import { element } from "./panel.js";

/** The boxes to tick; `changed` is called when one was. Call `renew` after ties have been added. */
export function filters(drawn, changed) {
  const place = element("div", { className: "lineage-filters" });
  const off = { relation: new Set(), basis: new Set() };

  const renew = () => {
    place.replaceChildren(
      group("Relations", "relation", counted(drawn, (data) => data.relations.map(plain))),
      group("Resting on", "basis", counted(drawn, (data) => data.basis)),
    );
    apply();
  };

  const group = (title, kind, numbers) => {
    const box = element("fieldset", {}, element("legend", {}, title));
    for (const [name, number] of numbers) {
      const input = element("input", { type: "checkbox", name: kind, value: name, checked: !off[kind].has(name) });
      input.addEventListener("change", () => {
        off[kind][input.checked ? "delete" : "add"](name);
        apply();
        changed();
      });
      box.append(element("label", {}, input, ` ${name} `, element("span", { className: "muted" }, String(number))));
    }
    return box;
  };

  const apply = () => {
    for (const edge of drawn.edges()) {
      const { relations, basis } = edge.data();
      const isShown = relations.some((each) => !off.relation.has(plain(each))) && basis.some((each) => !off.basis.has(each));
      edge.toggleClass("filtered", !isShown);
    }
    const home = drawn.nodes(".home");
    const reached = drawn.elements().not("edge.filtered").bfs({ roots: home }).path.union(home);
    const near = drawn.nodes().filter((node) => node.same(home) || reached.contains(node));
    for (const node of drawn.nodes()) node.toggleClass("filtered", !near.contains(node));
  };

  renew();
  return { place, renew };
}

/** A relation without the mark that it is hedged. */
function plain(relation) {
  return relation.split(" ")[0];
}

function counted(drawn, names) {
  const numbers = new Map();
  for (const edge of drawn.edges()) for (const name of new Set(names(edge.data()))) numbers.set(name, (numbers.get(name) ?? 0) + 1);
  return [...numbers].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
}
