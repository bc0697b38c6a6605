// @ts-check
// The attribute direction: the mean latent of the pictures marked `to` minus that of those marked `from`.

import { fillTrack, setLabel, setText } from "../shared/web/dom.js";
import { livePicture } from "../shared/web/live_canvas.js";
import { newMailbox, page } from "../shared/web/page.js";
import { tileButtons } from "../shared/web/tiles.js";
import { offerUndo } from "../shared/web/undo.js";

/** @param {Walk} walk */
export function turnView({ find, server, state, set, remember, showDrawn, refused, showSlow, drawnNow }) {
  const [groundMailbox, turnMailbox] = [newMailbox(), newMailbox()];
  const choosing = livePicture({ canvas: find(".gx-choosing"), draw: server.live, painted: showChoosing, refused, waiting: showSlow });
  const turning = livePicture({
    canvas: find(".gx-turned"),
    draw: server.live,
    painted: (reply) => setLabel(find(".gx-turned"), `The same ${reply.count} pictures, moved by ${state.amount} along the direction`),
    refused,
    waiting: () => {},
  });
  const marking = tileButtons(find(".gx-marking"), (index) => mark(`${state.s}.${index}`));

  function mark(name) {
    const without = (names) => names.filter((other) => other !== name);
    if (state.from.includes(name)) set({ from: without(state.from), to: [...state.to, name].slice(-32) });
    else if (state.to.includes(name)) set({ to: without(state.to) });
    else set({ from: [...state.from, name].slice(-32) });
  }

  function showChoosing(reply, request) {
    showDrawn(reply);
    setLabel(find(".gx-choosing"), `${reply.count} pictures of ${page.subject(request.w)}, to be marked`);
    marking.fit(reply, page.subject(request.w), () => false);
    showMarks();
  }

  function showMarks() {
    [...find(".gx-marking").children].forEach((button, i) => {
      const name = `${state.s}.${i}`;
      const group = state.from.includes(name) ? "from" : state.to.includes(name) ? "to" : "";
      if (group) button.dataset.mark = group;
      else delete button.dataset.mark;
      setLabel(button, `${page.subject(state.w)}, picture ${i + 1}${group && `, marked ${group}`}`);
    });
    setText(find(".gx-froms"), String(state.from.length));
    setText(find(".gx-tos"), String(state.to.length));
  }

  function showTurn() {
    const box = find(".gx-turnword");
    if (document.activeElement !== box) box.value = state.w;
    const slider = find(".gx-amount");
    slider.value = state.amount;
    slider.disabled = !(state.from.length && state.to.length);
    fillTrack(slider);
    setText(find(".gx-amount-out"), slider.disabled ? "mark both groups first" : state.amount.toFixed(2));
    showMarks();
    const { s, w } = state;
    choosing.update({ tab: groundMailbox, c: page.generator, what: "grid", w, s, ...drawnNow() });
    turning.update(turnRequest());
  }

  function turnRequest() {
    const { s, w, from, to, amount } = state;
    const request = { tab: turnMailbox, c: page.generator, w, s, ...drawnNow() };
    return from.length && to.length ? { ...request, what: "turn", from, to, amount } : { ...request, what: "grid" };
  }

  find(".gx-turnword").addEventListener("input", (event) => set({ w: event.target.value.slice(0, 200) }));
  find(".gx-forget").addEventListener("click", () => {
    const some = state.from.length + state.to.length > 0;
    set({ from: [], to: [], amount: 0 });
    if (some) offerUndo("Both groups are empty.");
  });
  find(".gx-amount").addEventListener("input", (event) => {
    state.amount = Number(event.target.value);
    fillTrack(event.target);
    setText(find(".gx-amount-out"), state.amount.toFixed(2));
    turning.update(turnRequest());
    remember();
  });

  return { show: showTurn, request: turnRequest };
}
