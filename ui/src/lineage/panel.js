// What is told beside the graph of the dataset or the tie that is chosen: in words, with who says so.

const WORDS = { "none-known": "none known", disjoint: "stated disjoint" };

/** Tell of a node: where its page is, how it is related, every claim that ties it to what is shown. */
export function tellNode(panel, node, { home, expand }) {
  const data = node.data();
  const ties = node.connectedEdges().not(".filtered");
  const parts = [heading(link(data.label, data.url), data.label_zh)];
  if (data.grade) parts.push(line(badge(data.grade), ` ${relative(data, home)}`));
  else parts.push(line("The dataset that was asked for."));
  if (data.kind === "dataset" && expand) parts.push(line(button("Show its own relatives too", expand)));
  parts.push(...ties.map((each) => told(each.data())));
  panel.replaceChildren(...parts);
}

/** Tell of a tie: every claim it is made of. */
export function tellEdge(panel, edge) {
  const names = [edge.source().data("label"), edge.target().data("label")];
  panel.replaceChildren(heading(names.join(" – ")), told(edge.data()));
}

/** Tell how to go about it. */
export function tellHow(panel, text) {
  panel.replaceChildren(line(text));
}

function told(tie) {
  const list = element("ul", { className: "plain claims" });
  for (const claim of tie.claims) {
    const item = element("li", {}, claim.sentence, ". ");
    if (claim.certainty !== "stated") item.append(badge(claim.certainty === "documentary" ? "documentary" : "possible", claim.certainty), " ");
    const sources = element("ul", { className: "said-by" });
    sources.setAttribute("aria-label", "said by");
    for (const each of claim.evidence) sources.append(element("li", {}, each.url ? link(each.text, each.url) : each.text));
    item.append(sources);
    list.append(item);
  }
  return list;
}

function relative({ generation, directed }, home) {
  if (generation === null) return `is neither an ancestor nor a descendant of ${home}`;
  const steps = Math.abs(generation);
  const away = `${steps} claim${steps === 1 ? "" : "s"} away`;
  if (generation === 0) return "has the same images";
  if (!directed) return `shares images, nobody says which had them first, ${away}`;
  return generation < 0 ? `its images went here, ${away}` : `took images from here, ${away}`;
}

function heading(content, chinese) {
  const title = element("h2", {}, content);
  if (chinese) title.append(" ", element("span", { lang: "zh", className: "zh" }, chinese));
  return title;
}

function badge(kind, text = WORDS[kind] ?? kind) {
  return element("span", { className: `badge ${kind === "disjoint" ? "none-known" : kind}` }, text);
}

function link(text, href) {
  return element("a", { href }, text);
}

function line(...content) {
  return element("p", {}, ...content);
}

function button(text, act) {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", act);
  return made;
}

/** An element with properties and content. */
export function element(name, properties, ...content) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...content);
  return made;
}
