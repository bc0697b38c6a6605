// @ts-check
// The labels of training, a row each: the similarity of the word's vector to it, and the share of the pictures that
// are judged as it, so that one sees where the two disagree. Labels reach the page by textContent only.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { ignoresWords } from "../shared/web/parse.js";

const LEGEND = "Similarity: of the word's vector and the label's. Judged as: what a judge sees in the pictures.";
const JUDGED = "Judged as: what a judge sees in the pictures.";
const NO_JUDGE = "Similarity: of the word's vector and the label's. No judge knows these labels, so the pictures are not judged.";

export function percent(share) {
  return `${Math.round(share * 100)} %`;
}

// Whether the pictures show what the word is closest to, in a sentence; nothing where no judge looked.
export function verdict({ table, seen, count, conditioning }) {
  if (!seen.length) return "";
  const most = seen[0][1];
  const nearest = table[0][0];
  const drawn = table.filter(([, , share]) => share === most).map(([label]) => label);
  const times = `${Math.round(most * count)} of ${count}`;
  if (ignoresWords(conditioning)) {
    if (drawn.length > 3) return `Judged as a bit of everything (${times} at most).`;
    return `Judged mostly as ${listed(drawn)} (${times}${drawn.length > 1 ? " each" : ""}).`;
  }
  if (drawn.length > 3) return `Nearest to ${nearest}, judged as a bit of everything (${times} at most).`;
  if (drawn.length > 1) return `Nearest to ${nearest}, judged as ${listed(drawn)} alike (${times} each).`;
  if (drawn[0] === nearest) return `Nearest and judged as ${nearest} (${times}).`;
  return `Nearest to ${nearest}, judged as ${drawn[0]} (${times}).`;
}

function listed(labels) {
  return labels.length > 1 ? `${labels.slice(0, -1).join(", ")} and ${labels.at(-1)}` : labels[0];
}

// In a drag, pictures come faster than a judge can look at them: what it saw last stands until it has looked again.
export function keepJudgement(reply, before) {
  const shares = new Map(before.table.map(([label, , share]) => [label, share]));
  for (const row of reply.table) row[2] = shares.get(row[0]) ?? null;
  reply.seen = before.seen;
}

export function showLabels(root, reply) {
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
    setText(name, label);
    similarityBar.firstElementChild.style.width = `${Math.max(0, Math.min(1, cosine)) * 100}%`;
    setText(similarity, close);
    judgedBar.firstElementChild.style.width = `${(share ?? 0) * 100}%`;
    setText(judgedAs, share ? percent(share) : "–");
    row.classList.toggle("gx-seen", share > 0 && share >= third);
    row.classList.toggle("gx-most", judged && share === reply.seen[0][1]);
    // What is to be read in the row comes first, word for word, so that it can be asked for by voice.
    const said = [[label, ""], ...(wordless ? [] : [[close, "similarity"]]), ...(judged ? [[judgedAs.textContent, "judged as"]] : [])];
    setLabel(button, `${said.map(([text]) => text).join(" ")}: ${said.slice(1).map(([, about]) => about).join(", ")}`);
  });
  const { classList } = root.querySelector(".gx-condition");
  classList.toggle("gx-judged", judged);
  classList.toggle("gx-late", reply.late);
  if (!reply.late) setText(root.querySelector(".gx-verdict"), verdict(reply));
  if (judged || !reply.late) setText(root.querySelector(".gx-legend"), wordless ? (judged ? JUDGED : "No judge knows what it was trained on, so its pictures are not judged.") : judged ? LEGEND : NO_JUDGE);
  const hidden = reply.labels - reply.table.length;
  setText(root.querySelector(".gx-more"), hidden > 0 ? `and ${hidden} more labels` : "");
}
