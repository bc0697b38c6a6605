// @ts-check
// The pad: a square with four words at its corners, or two directions of z; the pictures follow the handle.

import { setLabel, setText } from "../shared/web/dom.js";
import { livePicture } from "../shared/web/live_canvas.js";
import { newMailbox, page, randomSeed } from "../shared/web/page.js";

/** @param {Walk} walk */
export function padView({ find, root, server, state, set, changed, remember, showDrawn, refused, showSlow, showKind, drawnNow }) {
  const pad = find(".gx-pad");
  const mailbox = newMailbox();
  const padPicture = livePicture({
    canvas: find(".gx-padscreen"),
    draw: server.live,
    painted(reply) {
      showDrawn(reply);
      setText(find(".gx-padnear"), reply.nearest.slice(0, 6).map(([word]) => word).join(", "));
      setLabel(find(".gx-padscreen"), `${reply.count} pictures at ${placeText()}`);
    },
    refused,
    waiting: showSlow,
  });

  function padKind() {
    return page.ignoresWords ? "noise" : state.kind;
  }

  function padRequest() {
    const { s, x, y } = state;
    const kind = padKind();
    const request = { tab: mailbox, c: page.generator, what: kind, s, ...drawnNow(), x, y };
    return kind === "words" ? { ...request, corners: state.corners } : { ...request, w: state.w, axes: state.axes };
  }

  function placeText() {
    return `${Math.round(state.x * 100)} % across, ${Math.round(state.y * 100)} % down`;
  }

  function showPad() {
    const words = padKind() === "words";
    showKind(padKind());
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
    padPicture.update(padRequest());
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

  return { show: showPad, request: padRequest, kind: padKind };
}
