// Semantic axes: a slider between two words, several at once; the pictures follow.

const axesBox = newMailbox();
const moving = livePicture({
  canvas: find(".gx-axes-screen"),
  draw: server.live,
  painted(reply, ask) {
    drawn(reply);
    put(find(".gx-axes-near"), list(reply.nearest.slice(0, 6)));
    describe(find(".gx-axes-screen"), `${reply.count} pictures of ${ask.w}, moved`);
  },
  refused,
  waiting: slow,
});
const axesAsk = () => ({ tab: axesBox, c: page.generator, what: "axes", w: state.w, s: state.s, psi: state.psi, axes: asked() });

// Axes that are not moved along ask for nothing: their words may still be being typed.
function asked() {
  return state.axes.filter(([, , amount]) => amount);
}

function axesChanged() {
  fit(find(".gx-axisword"), state.w);
  const rows = children(find(".gx-axis-list"), state.axes.length, () => {
    const row = made("li");
    const [from, slider, to, amount, away] = ["input", "input", "input", "output", "button"].map((tag) => made(tag));
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
    fill(slider);
    put(amount, Number(state.axes[i][2]).toFixed(2));
    describe(from, `Axis ${i + 1}, from`);
    describe(to, `Axis ${i + 1}, to`);
    describe(slider, `From ${state.axes[i][0]} to ${state.axes[i][1]}`);
    describe(away, `Remove axis ${i + 1}`);
  });
  find(".gx-more-axes").hidden = state.axes.length >= MOST_AXES;
  moving.want(axesAsk());
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
find(".gx-still").addEventListener("click", () => set({ axes: state.axes.map(([from, to]) => [from, to, 0]) }));

// --- keeping and opening -----------------------------------------------------------------------------------------------

for (const button of root.querySelectorAll("[data-save]")) {
  button.addEventListener("click", async () => {
    const { save } = button.dataset;
    const [ask, draw, name] = { words: [sumAsk(), server.sum, state.sum], pictures: [nineAsk(), server.sum, `${state.w}-sum`], axes: [axesAsk(), server.live, `${state.w}-axes`] }[save];
    const reply = await draw({ ...ask, tab: `${ask.tab}.save`, save: true });
    if (reply?.ok) saveBlob(decoded(reply.png), fileName(name, state.s));
    else refused(reply ?? { message: "The picture could not be saved; try again." });
  });
}

// What to begin with: words that this generator knows, where the address named none.
let usual = { sum: "", w: "" };

function begin() {
  const examples = examplesHere();
  const garments = examples.includes("slipper");
  const plain = examples.filter((word) => !/[+*]/.test(word));
  const sums = garments ? TRIES : plain.length > 1 ? [`${plain[0]} + ${plain[1]}`, `${plain[0]} - ${plain[1]}`] : plain;
  const next = { sum: sums[0] ?? "", w: garments ? "dress" : plain[0] ?? "" };
  for (const [name, value] of Object.entries(next)) if (!state[name] || state[name] === usual[name]) state[name] = value;
  if (!state.axes.length) state.axes = garments ? PAIRS : plain.length > 1 ? [[plain[0], plain[1], 0]] : [];
  usual = next;
  chips(find(".gx-tries"), sums, "Try");
  changed();
}

page.follow("menu", () => begin());
page.addEventListener("generator", () => page.menu && begin());
