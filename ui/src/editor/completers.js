// What the editor completes: classes, properties and things of the graph at hand, asked of the endpoint when needed.

import Yasqe from "@zazuko/yasqe";

import { root } from "../site.js";

const MOST = 60;

const CLASSES = `SELECT ?it (COUNT(*) AS ?uses) {
  { ?s a ?it } UNION { GRAPH ?g { ?s a ?it } }
} GROUP BY ?it ORDER BY DESC(?uses)`;

const PROPERTIES = `SELECT ?it (COUNT(*) AS ?uses) {
  { ?s ?it ?o } UNION { GRAPH ?g { ?s ?it ?o } }
} GROUP BY ?it ORDER BY DESC(?uses)`;

const thingsOf = (beginning) => `SELECT DISTINCT ?it {
  ?it a ?kind
  FILTER(STRSTARTS(STR(?it), ${JSON.stringify(beginning)}) && !CONTAINS(STR(?it), "#count"))
} ORDER BY ?it LIMIT ${MOST}`;

/** The completers for an editor that knows these prefixes. */
export function completers(prefixes) {
  const namespaces = Object.entries(prefixes).sort((one, other) => other[1].length - one[1].length);

  /** The CURIE of an IRI, where it has one. */
  const compact = (iri) => {
    const found = namespaces.find(([, space]) => iri.startsWith(space));
    return found ? `${found[0]}:${iri.slice(found[1].length)}` : `<${iri}>`;
  };

  /** A completer of what one query finds; every word of what was typed is looked for, in CURIE or IRI. */
  const listed = (name, query) => ({
    ...Yasqe.Autocompleters[name],
    name: `medkg-${name}`,
    bulk: false,
    autoShow: true,
    preProcessToken: (_, token) => token,
    postProcessSuggestion: (_, __, curie) => curie,
    get: async (_, token) => {
      const typed = token?.string.replace(/[<>]/g, "").toLowerCase() ?? "";
      const found = (await asked(query)).map((iri) => [compact(iri), iri]);
      const fits = found.filter((names) => names.some((each) => each.toLowerCase().includes(typed)));
      return fits.slice(0, MOST).map(([curie]) => curie);
    },
  });

  const things = {
    name: "medkg-thing",
    bulk: false,
    autoShow: true,
    isValidCompletionPosition: (made) => {
      const token = made.getCompleteToken();
      const [prefix, ...rest] = token.string.split(":");
      return rest.length === 1 && prefix in prefixes && prefixes[prefix].startsWith("https://w3id.org/medkg/");
    },
    preProcessToken: (_, token) => token,
    get: (_, token) => {
      const [prefix, name] = token.string.split(":");
      return asked(thingsOf(prefixes[prefix] + name)).then((found) => found.map(compact));
    },
  };

  return [listed("class", CLASSES), listed("property", PROPERTIES), things];
}

const answers = new Map();

/** The IRIs that a query finds, asked once. */
function asked(query) {
  if (!answers.has(query)) {
    const found = fetch(`${root}sparql?${new URLSearchParams({ query, format: "json" })}`)
      .then((response) => (response.ok ? response.json() : { results: { bindings: [] } }))
      .then(({ results }) => results.bindings.map((each) => each.it.value));
    answers.set(query, found);
  }
  return answers.get(query);
}
