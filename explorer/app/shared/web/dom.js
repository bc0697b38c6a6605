// Making and changing the page's nodes. Words, labels and names come from outside: they get here by textContent only.

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

// The part of a slider before its thumb, in colour.
function fill(range) {
  const share = (Number(range.value) - range.min) / (range.max - range.min) || 0;
  range.style.setProperty("--filled", `${share * 100}%`);
}

// A part of an SVG.
function drawnIn(svg, kind, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  svg.append(node);
}
