// @ts-check
// The labels of training, a row each: the similarity of the word's vector to it, and the share of the pictures that
// are judged as it, so that one sees where the two disagree. Labels reach the page by textContent only.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { ignoresWords } from "../shared/web/parse.js";

const LEGEND = "Similarity: of the word's vector and the label's. Judged as: what a judge sees in the pictures.";
const JUDGED = "Judged as: what a judge sees in the pictures.";
const NO_JUDGE = "Similarity: of the word's vector and the label's. No judge knows these labels, so the pictures are not judged.";
const NOT_JUDGED = "No judge knows what it was trained on, so its pictures are not judged.";

export function percent(share) {
  return `${Math.round(share * 100)} %`;
}

/** @param {any} root @param {any} reply @param {(label: string) => string} nameOf what a label is called */
export function showLabels(root, reply, nameOf) {
  const wordless = ignoresWords(reply.conditioning);
  if (wordless) reply.table.sort(([, , a], [, , b]) => b - a); // there is no word that they could be near to
  const rows = ensureChildren(root.querySelector(".gx-bars"), reply.table.length, () => {
    const row = createNode("li");
    const button = createNode("button", "gx-row");
    button.type = "button";
    button.append(createNode("span", "gx-label"), " "); // spaces, so that it reads as words
    for (const column of ["gx-similarity", "gx-judged-as"]) {
      const track = createNode("span", `gx-bar-track ${column}`);
      track.append(createNode("i"));
      button.append(track, createNode("span", `gx-number ${column}`), " ");
    }
    row.append(button);
    return row;
  });
  const judged = reply.seen.length > 0;
  const third = judged ? reply.seen.at(-1)[1] : 1;
  rows.forEach((row, i) => {
    const [label, cosine, share] = reply.table[i];
    const button = row.firstElementChild;
    const [name, similarityBar, similarity, judgedBar, judgedAs] = button.children;
    const close = (Math.round(cosine * 100) / 100 + 0).toFixed(2).replace("-", "−");
    button.dataset.word = label;
    button.disabled = wordless;
    const called = nameOf(label);
    setText(name, called);
    button.title = called === label ? "" : `The word of ${called} is ${label}`;
    similarityBar.firstElementChild.style.width = `${Math.max(0, Math.min(1, cosine)) * 100}%`;
    setText(similarity, close);
    judgedBar.firstElementChild.style.width = `${(share ?? 0) * 100}%`;
    setText(judgedAs, share ? percent(share) : "–");
    row.classList.toggle("gx-seen", share > 0 && share >= third);
    row.classList.toggle("gx-most", judged && share === reply.seen[0][1]);
    // What is to be read in the row comes first, word for word, so that it can be asked for by voice.
    const said = [[called, ""], ...(wordless ? [] : [[close, "similarity"]]), ...(judged ? [[judgedAs.textContent, "judged as"]] : [])];
    setLabel(button, `${said.map(([text]) => text).join(" ")}: ${said.slice(1).map(([, about]) => about).join(", ")}`);
  });
  root.querySelector(".gx-condition").classList.toggle("gx-judged", judged);
  setText(root.querySelector(".gx-agreement"), reply.agreement);
  setText(root.querySelector(".gx-legend"), wordless ? (judged ? JUDGED : NOT_JUDGED) : judged ? LEGEND : NO_JUDGE);
  const hidden = reply.labels - reply.table.length;
  setText(root.querySelector(".gx-more"), hidden > 0 ? `and ${hidden} more labels` : "");
}
