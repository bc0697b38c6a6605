// The pad: a square with four words at its corners, or two directions of the noise; the pictures follow the handle.

const pad = find(".gx-pad");
const padBox = newMailbox();
const padPicture = livePicture({
  canvas: find(".gx-padscreen"),
  draw: server.live,
  painted(reply) {
    drawn(reply);
    put(find(".gx-padnear"), reply.nearest.slice(0, 6).map(([word]) => word).join(", "));
    describe(find(".gx-padscreen"), `${reply.count} pictures at ${placeText()}`);
  },
  refused,
  waiting: slow,
});

function padKind() {
  return page.deaf ? "noise" : state.kind;
}

function padAsk() {
  const { s, psi, x, y } = state;
  const kind = padKind();
  const ask = { tab: padBox, c: page.generator, what: kind, s, psi, x, y };
  return kind === "words" ? { ...ask, corners: state.corners } : { ...ask, w: state.w, axes: state.axes };
}

function placeText() {
  return `${Math.round(state.x * 100)} % across, ${Math.round(state.y * 100)} % down`;
}

function padChanged() {
  const words = padKind() === "words";
  show.kind(padKind());
  find(".gx-kind [data-value=words]").hidden = page.deaf;
  for (const part of root.querySelectorAll(".gx-of-words")) part.hidden = !words;
  for (const part of root.querySelectorAll(".gx-of-noise, .gx-axes")) part.hidden = words;
  for (const box of root.querySelectorAll("[data-corner]")) {
    if (document.activeElement !== box) box.value = state.corners[box.dataset.corner];
  }
  const box = find(".gx-padword");
  if (document.activeElement !== box) box.value = state.w;
  movePad();
}

function movePad() {
  [pad.firstElementChild.style.left, pad.firstElementChild.style.top] = [`${state.x * 100}%`, `${state.y * 100}%`];
  [pad.ariaValueNow, pad.ariaValueText] = [String(Math.round(state.x * 100)), placeText()];
  padPicture.want(padAsk());
  remember();
}

function drag(event) {
  const box = pad.getBoundingClientRect();
  const inside = (share) => Math.round(1000 * Math.min(1, Math.max(0, share))) / 1000;
  [state.x, state.y] = [inside((event.clientX - box.left) / box.width), inside((event.clientY - box.top) / box.height)];
  movePad();
}
pad.addEventListener("pointerdown", (event) => {
  pad.setPointerCapture(event.pointerId);
  drag(event);
});
pad.addEventListener("pointermove", (event) => {
  if (pad.hasPointerCapture(event.pointerId)) drag(event);
});
pad.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!step) return;
  event.preventDefault();
  const moved = (value, by) => Math.round(1000 * Math.min(1, Math.max(0, value + by / 20))) / 1000;
  [state.x, state.y] = [moved(state.x, step[0]), moved(state.y, step[1])];
  movePad();
});
for (const box of root.querySelectorAll("[data-corner]")) {
  box.addEventListener("input", () => {
    state.corners = state.corners.with(Number(box.dataset.corner), box.value.slice(0, 200));
    changed();
  });
}
find(".gx-padword").addEventListener("input", (event) => set({ w: event.target.value.slice(0, 200) }));
find(".gx-axes").addEventListener("click", () => set({ axes: randomSeed() }));
