// What the word means to the generator: how far it lies from training, its likeness to each label, its neighbours.
// Words, labels and sentences come from outside: they reach the page by textContent only.

const CLOSE = 0.75; // the cosine to the nearest label at the gauge's right end; its colours turn at .30 and .45

function made(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// In a drag most texts stay what they are: writing only what changed spares the browser its layout.
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function describe(node, text) {
  if (node.ariaLabel !== text) node.ariaLabel = text;
}

// Keep `parent` at `count` children, so that a live update moves nodes instead of making them anew.
function children(parent, count, make) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(make());
  return [...parent.children];
}

function chips(parent, words, prefix) {
  const nodes = children(parent, words.length, () => {
    const chip = made("button", "gx-chip");
    chip.type = "button";
    return chip;
  });
  nodes.forEach((chip, i) => {
    if (chip.dataset.word !== words[i]) {
      chip.textContent = words[i];
      chip.dataset.word = words[i];
      chip.setAttribute("aria-label", `${prefix} ${words[i]}`);
    }
  });
}

function showHeard(root, reply) {
  const far = root.querySelector(".gx-far");
  far.dataset.level = reply.far.level;
  far.querySelector(".gx-track i").style.left = `${Math.max(0, Math.min(1, reply.far.best / CLOSE)) * 100}%`;
  put(far.querySelector(".gx-farsay"), reply.far.sentence);

  showLabels(root, reply);
  chips(root.querySelector(".gx-nearest"), reply.nearest.map(([word]) => word), "Draw");
  put(root.querySelector(".gx-hints"), reply.hints.join(" "));
}
