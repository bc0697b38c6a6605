// @ts-check
// Semantic axes: a slider between two words, several at once; the pictures follow.

import { createNode, ensureChildren, fillTrack, setLabel, setText } from "../shared/web/dom.js";
import { livePicture } from "../shared/web/live_canvas.js";
import { newMailbox, page } from "../shared/web/page.js";
import { EACH, OPEN, styleBetween } from "../shared/web/style.js";
import { showStyles } from "../shared/web/style_menu.js";
import { listed } from "./operands.js";
import { MOST_AXES } from "./state.js";

/** @param {Arithmetic} arithmetic */
export function axesView({ find, server, state, set, showDrawn, refused, showSlow, fit, drawnNow }) {
  const mailbox = newMailbox();
  const moving = livePicture({
    canvas: find(".gx-axes-screen"),
    draw: server.live,
    painted(reply, request) {
      showDrawn(reply);
      setText(find(".gx-axes-near"), listed(reply.nearest.slice(0, 6)));
      setLabel(find(".gx-axes-screen"), `${reply.count} pictures of ${request.w}, moved`);
    },
    refused,
    waiting: showSlow,
  });
  const styleAxis = find(".gx-style-axis");
  const [fromStyle, toStyle, styleSlider, styleAmount] = styleAxis.children;

  function axesRequest() {
    const request = { tab: mailbox, c: page.generator, what: "axes", w: state.w, s: state.s, ...drawnNow(), axes: moved() };
    const style = state.styleBy && !styleAxis.hidden ? styleBetween(state.style, state.toStyle, state.styleBy) : request.style;
    return style ? { ...request, style } : request;
  }

  // From the present style, where that is one, to another.
  function showStyleAxis() {
    styleAxis.hidden = !page.styles.length || state.style === EACH;
    setText(fromStyle, state.style || `${OPEN} style`);
    showStyles(toStyle, state.toStyle, [["", OPEN]]);
    styleSlider.value = state.styleBy;
    fillTrack(styleSlider);
    setText(styleAmount, state.styleBy.toFixed(2));
  }

  // What stands for it: `dress, small to big`.
  function title() {
    return [state.w, ...moved().map(([from, to, amount]) => (amount > 0 ? `${from} to ${to}` : `${to} to ${from}`))].join(", ");
  }

  // Axes that are not moved along request for nothing: their words may still be being typed.
  function moved() {
    return state.axes.filter(([, , amount]) => amount);
  }

  function showAxes() {
    fit(find(".gx-axisword"), state.w);
    const rows = ensureChildren(find(".gx-axis-list"), state.axes.length, () => {
      const row = createNode("li");
      const [from, slider, to, amount, away] = ["input", "input", "input", "output", "button"].map((tag) => createNode(tag));
      for (const box of [from, to]) [box.className, box.maxLength, box.autocapitalize, box.spellcheck] = ["gx-box", 200, "none", false];
      [slider.type, slider.min, slider.max, slider.step] = ["range", -2, 2, 0.02];
      [away.type, away.className, away.textContent] = ["button", "gx-away", "×"];
      row.append(from, to, slider, amount, away);
      return row;
    });
    rows.forEach((row, i) => {
      const [from, to, slider, amount, away] = row.children;
      fit(from, state.axes[i][0]);
      fit(to, state.axes[i][1]);
      slider.value = state.axes[i][2];
      fillTrack(slider);
      setText(amount, Number(state.axes[i][2]).toFixed(2));
      setLabel(from, `Axis ${i + 1}, from`);
      setLabel(to, `Axis ${i + 1}, to`);
      setLabel(slider, `From ${state.axes[i][0]} to ${state.axes[i][1]}`);
      setLabel(away, `Remove axis ${i + 1}`);
    });
    find(".gx-more-axes").hidden = state.axes.length >= MOST_AXES;
    showStyleAxis();
    moving.update(axesRequest());
  }

  find(".gx-axis-list").addEventListener("input", (event) => {
    const row = event.target.closest("li");
    const [from, to, slider] = row.children;
    const i = [...find(".gx-axis-list").children].indexOf(row);
    set({ axes: state.axes.with(i, [from.value.slice(0, 200), to.value.slice(0, 200), Number(slider.value)]) });
  });
  find(".gx-axis-list").addEventListener("click", (event) => {
    if (!event.target.closest(".gx-away")) return;
    const i = [...find(".gx-axis-list").children].indexOf(event.target.closest("li"));
    set({ axes: state.axes.toSpliced(i, 1) });
  });
  find(".gx-axisword").addEventListener("input", (event) => set({ w: event.target.value.slice(0, 200) }));
  find(".gx-more-axes").addEventListener("click", () => {
    set({ axes: [...state.axes, ["", "", 0]] });
    find(".gx-axis-list").lastElementChild.firstElementChild.focus();
  });
  toStyle.addEventListener("change", () => set({ toStyle: toStyle.value, styleBy: state.styleBy || 0.5 }));
  styleSlider.addEventListener("input", () => {
    if (!state.toStyle && !state.style) state.toStyle = page.styles[0]; // an axis has two ends
    set({ styleBy: Number(styleSlider.value) });
  });
  find(".gx-still").addEventListener("click", () => set({ styleBy: 0, axes: state.axes.map(([from, to]) => [from, to, 0]) }));

  return { show: showAxes, request: axesRequest, title };
}
