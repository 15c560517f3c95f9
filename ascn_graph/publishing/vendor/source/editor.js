// The SPARQL editor of the query page: CodeMirror in a shadow root, coloured by the page's own custom properties.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)" },
  { tag: tags.variableName, color: "var(--code-variable)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: [tags.integer, tags.float, tags.bool], color: "var(--code-number)" },
  { tag: [tags.namespace, tags.url, tags.typeName], color: "var(--code-name)" },
  { tag: tags.comment, color: "var(--code-comment)" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--field)", fontSize: "0.875rem" },
  "&.cm-focused": { outline: "3px solid var(--focus)" },
  ".cm-scroller": { fontFamily: "var(--mono)", maxHeight: "32rem" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted)", border: "none" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--selection)",
  },
  ".cm-tooltip": { backgroundColor: "var(--surface)", color: "var(--text)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--link)", color: "var(--page)" },
});

/** Completes variables of the text, keywords, and the prefixed names it is given. */
function completer(names) {
  return (context) => {
    const word = context.matchBefore(/[?$]?[A-Za-z_][\w:-]*|[?$]/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const text = context.state.doc.toString();
    const variables = [...new Set(text.match(/[?$][A-Za-z_]\w*/g))].filter((name) => name !== word.text);
    return {
      from: word.from,
      options: [...variables.map((label) => ({ label, type: "variable" })), ...names],
      validFor: /^[?$]?[\w:-]*$/,
    };
  };
}

// Typing over a selection is done here: left to itself, Chromium keeps the style of what it replaces by an inline style,
// which the page's policy refuses with an error in the console.
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || event.data === null || view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});

/**
 * Put an editor into `parent`.
 *
 * Tab moves on to the next control, Ctrl+Enter (Command+Enter on a Mac) runs: nobody is caught in the text.
 */
export function createEditor({ parent, text, label, describedBy, names, onChange, onRun }) {
  const root = parent.attachShadow({ mode: "open" });
  let quiet = false;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        sparql(),
        syntaxHighlighting(colours),
        typeOver,
        autocompletion({ override: [completer(names)], icons: false }),
        keymap.of([
          { key: "Mod-Enter", run: () => (onRun(), true) },
          ...completionKeymap,
          ...defaultKeymap,
          ...historyKeymap,
        ]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-description": describedBy, tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) onChange();
        }),
        theme,
      ],
    }),
  });
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(value) {
      quiet = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
      quiet = false;
    },
    focus: () => view.focus(),
  };
}
