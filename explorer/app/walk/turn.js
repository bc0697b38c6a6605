// The turn vector: the mean noise of the pictures marked `to` minus that of those marked `from` is an axis to turn along.

const [groundBox, turnBox] = [newMailbox(), newMailbox()];
const ground = livePicture({ canvas: find(".gx-choosing"), draw: server.live, painted: showGround, refused, waiting: slow });
const turning = livePicture({
  canvas: find(".gx-turned"),
  draw: server.live,
  painted: (reply) => describe(find(".gx-turned"), `The same ${reply.count} pictures, turned by ${state.amount}`),
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

function showGround(reply, ask) {
  drawn(reply);
  describe(find(".gx-choosing"), `${reply.count} pictures of ${ask.w}, to be marked`);
  marking.fit(reply, ask.w, () => false);
  showMarks();
}

function showMarks() {
  [...find(".gx-marking").children].forEach((button, i) => {
    const name = `${state.s}.${i}`;
    const group = state.from.includes(name) ? "from" : state.to.includes(name) ? "to" : "";
    if (group) button.dataset.mark = group;
    else delete button.dataset.mark;
    describe(button, `${state.w}, picture ${i + 1}${group && `, marked ${group}`}`);
  });
  put(find(".gx-froms"), String(state.from.length));
  put(find(".gx-tos"), String(state.to.length));
}

function turnChanged() {
  const box = find(".gx-turnword");
  if (document.activeElement !== box) box.value = state.w;
  const slider = find(".gx-amount");
  slider.value = state.amount;
  slider.disabled = !(state.from.length && state.to.length);
  fill(slider);
  put(find(".gx-amount-out"), slider.disabled ? "mark both groups first" : state.amount.toFixed(2));
  showMarks();
  const { s, psi, w } = state;
  ground.want({ tab: groundBox, c: page.generator, what: "grid", w, s, psi });
  turning.want(turnAsk());
}

function turnAsk() {
  const { s, psi, w, from, to, amount } = state;
  const ask = { tab: turnBox, c: page.generator, w, s, psi };
  return from.length && to.length ? { ...ask, what: "turn", from, to, amount } : { ...ask, what: "grid" };
}

find(".gx-turnword").addEventListener("input", (event) => set({ w: event.target.value.slice(0, 200) }));
find(".gx-forget").addEventListener("click", () => set({ from: [], to: [], amount: 0 }));
find(".gx-amount").addEventListener("input", (event) => {
  state.amount = Number(event.target.value);
  fill(event.target);
  put(find(".gx-amount-out"), state.amount.toFixed(2));
  turning.want(turnAsk());
  remember();
});

// --- keeping and opening -----------------------------------------------------------------------------------------------

for (const button of root.querySelectorAll("[data-save]")) {
  button.addEventListener("click", async () => {
    const [draw, ask, name] = {
      pad: () => [server.live, padAsk(), padKind() === "words" ? `pad-${state.corners.join("-")}` : `${state.w}-pad`],
      turn: () => [server.live, turnAsk(), `${state.w}-turned`],
      codes: () => [server.codes, codesAsk(), `codes-${ways().filter(Boolean).join("-")}`],
    }[button.dataset.save]();
    const reply = await draw({ ...ask, tab: `${ask.tab}.save`, save: true });
    if (reply?.ok) saveBlob(decoded(reply.png), fileName(name, state.s));
    else refused(reply ?? { message: "The picture could not be saved; try again." });
  });
}

// Words to begin with: those that this generator knows, where the address named none.
let usual = { stops: null, corners: null, w: "" };

function begin() {
  const examples = examplesHere();
  const garments = examples.includes("slipper");
  const plain = examples.filter((word) => !/[+*]/.test(word));
  const some = (count) => Array.from({ length: count }, (_, i) => plain[i % plain.length] ?? "");
  if (state.view === "codes" && !page.offer?.codes.length) state.view = "film";
  const next = page.deaf ? { stops: some(1), corners: some(4), w: some(1)[0] } : garments ? { stops: GENERAL.film, corners: GENERAL.pad, w: GENERAL.turn } : { stops: some(2), corners: some(4), w: some(1)[0] };
  for (const [name, value] of Object.entries(next)) {
    if (!state[name] || state[name] === usual[name]) state[name] = value;
  }
  usual = next;
  changed();
}

showPace();
page.follow("menu", () => begin());
page.addEventListener("generator", () => page.menu && begin());
