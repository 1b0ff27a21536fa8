// Yasqe, the editor of Yasgui (https://github.com/zazuko/Yasgui), made at home here: it knows our prefixes, completes
// from our own endpoint, and asks nobody else anything.

import Yasqe from "@zazuko/yasqe";

import { completers } from "./completers.js";

/** An editor in a place, with a text and prefixes that need no declaration; `run` is called by Ctrl+Enter. */
export function editor(place, { text, prefixes, label, run }) {
  declare(prefixes);
  for (const each of completers(prefixes)) Yasqe.registerAutocompleter(each);
  const made = new Yasqe(place, {
    value: text,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    viewportMargin: Infinity,
    screenReaderLabel: label,
    // Tab leaves the editor, as it leaves every other field: https://www.w3.org/TR/WCAG22/#no-keyboard-trap
    extraKeys: {
      ...Yasqe.defaults.extraKeys,
      Tab: false,
      "Shift-Tab": false,
      "Ctrl-S": false,
      "Ctrl-Enter": run,
      "Cmd-Enter": run,
    },
    autocompleters: ["prefixes", "medkg-class", "medkg-property", "medkg-thing"],
  });
  made.checkSyntax = () => mark(made);
  // completions come as one types, not as one moves about: they would take the arrow keys away
  made.off("cursorActivity", made.handleCursorActivity);
  made.on("inputRead", () => made.autocomplete(true));
  made.checkSyntax();
  made.refresh();
  return made;
}

/** Show where the server found a mistake, until the text is changed. */
export function pointAt(made, line, column) {
  const from = { line: line - 1, ch: column - 1 };
  const { end } = made.getTokenAt({ line: from.line, ch: column });
  const found = made.getDoc().markText(from, { line: from.line, ch: Math.max(end, column) }, { className: "mistake" });
  made.getDoc().setCursor(from);
  made.focus();
  const clear = () => {
    found.clear();
    made.off("change", clear);
  };
  made.on("change", clear);
}

/** Let the grammar take prefixes as declared: the endpoint does. */
function declare(prefixes) {
  const plain = Yasqe.modes.sparql11;
  Yasqe.defineMode("sparql11", (...settings) => {
    const mode = plain(...settings);
    return { ...mode, startState: () => ({ ...mode.startState(), prefixes: { ...prefixes } }) };
  });
}

/**
 * Put a sign beside the first line that cannot be read, with what would fit there.
 *
 * Yasqe's own does so with styles within HTML, which our Content-Security-Policy refuses.
 */
function mark(made) {
  made.queryValid = true;
  made.clearGutter("gutterErrorBar");
  const document_ = made.getDoc();
  for (let line = 0; line < document_.lineCount(); line += 1) {
    const { state } = made.getTokenAt({ line, ch: document_.getLine(line).length }, !made.prevQueryValid);
    made.setOption("queryType", state.queryType);
    if (state.OK) continue;
    const sign = document.createElement("span");
    sign.className = "mistake-sign";
    sign.textContent = "!";
    sign.title = state.errorMsg ?? `Expected here: ${(state.possibleCurrent ?? []).join(", ")}`;
    made.setGutterMarker(line, "gutterErrorBar", sign);
    made.queryValid = false;
    break;
  }
  made.prevQueryValid = made.queryValid;
}
