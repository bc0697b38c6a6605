// @ts-check
// The labels of training, a row each: the similarity of the word's vector to it, and the share of the pictures that
// are judged as it, so that one sees where the two disagree. Labels reach the page by textContent only.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";

const LEGEND = "Similarity: of the word's vector and the label's. Judged as: what a judge sees in the pictures.";
const NO_JUDGE = "Similarity: of the word's vector and the label's. No judge knows these labels, so the pictures are not judged.";

export function percent(share) {
  return `${Math.round(share * 100)} %`;
}

/** @param {any} root @param {any} reply @param {(label: string) => string} nameOf what a label is called */
export function showLabels(root, reply, nameOf) {
  const rows = ensureChildren(root.querySelector(".gx-bars"), reply.table.length, () => {
    const row = createNode("li");
    const button = createNode("button", "gx-row");
    button.type = "button";
    button.append(createNode("span", "gx-label"));
    for (const column of ["gx-similarity", "gx-judged-as"]) {
      const track = createNode("span", `gx-bar-track ${column}`);
      track.append(createNode("i"));
      button.append(track, createNode("span", `gx-number ${column}`));
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
    const called = nameOf(label);
    setText(name, called);
    button.title = called === label ? "" : `The word of ${called} is ${label}`;
    similarityBar.firstElementChild.style.width = `${Math.max(0, Math.min(1, cosine)) * 100}%`;
    setText(similarity, close);
    judgedBar.firstElementChild.style.width = `${(share ?? 0) * 100}%`;
    setText(judgedAs, share ? percent(share) : "–");
    row.classList.toggle("gx-seen", share > 0 && share >= third);
    row.classList.toggle("gx-most", judged && share === reply.seen[0][1]);
    setLabel(button, `${called}: similarity ${close}` + (share === null ? "" : `, seen in ${percent(share)} of the pictures`));
  });
  root.querySelector(".gx-condition").classList.toggle("gx-judged", judged);
  setText(root.querySelector(".gx-verdict"), reply.verdict);
  setText(root.querySelector(".gx-legend"), judged ? LEGEND : NO_JUDGE);
  const hidden = reply.labels - reply.table.length;
  setText(root.querySelector(".gx-more"), hidden > 0 ? `and ${hidden} more labels` : "");
}
