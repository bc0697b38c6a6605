// Sums of pictures: tiles are clicked into terms; the mean of each term's noise is added or taken away.

const [pickBox, nineBox] = [newMailbox(), newMailbox()];
const FEWEST = 3;
let term = "plus";
const grid = livePicture({ canvas: find(".gx-picking"), draw: server.live, painted: showPicks, refused, waiting: slow });
const nine = livePicture({ canvas: find(".gx-nine"), draw: server.sum, painted: showNine, refused, waiting: slow });
const showTerm = choice(find(".gx-terms"), (chosen) => {
  term = chosen;
  picksChanged();
});
const picks = tileButtons(find(".gx-picks"), (index) => {
  const name = `${state.s}.${index}`;
  const holder = termOf(name);
  if (holder) state[holder] = state[holder].filter((other) => other !== name);
  if (holder !== term) state[term] = [...state[term], name].slice(-MOST_TILES);
  changed();
});

function termOf(name) {
  return Object.keys(TERMS).find((one) => state[one].includes(name));
}

function termsAsked() {
  return Object.entries(TERMS).filter(([one]) => state[one].length).map(([one, sign]) => [sign, state[one]]);
}

function nineAsk() {
  const { w, s, psi, noise } = state;
  return { tab: nineBox, c: page.generator, w, s: "0", psi, noise, terms: termsAsked() };
}

function hint() {
  const terms = termsAsked();
  if (!terms.length) return `Click ${FEWEST} pictures on the left that have something in common, then choose the next term.`;
  const short = Object.keys(TERMS).filter((one) => state[one].length && state[one].length < FEWEST);
  if (!short.length) return "";
  const missing = FEWEST - state[short[0]].length;
  const ordinal = { plus: "first", minus: "second", more: "third" }[short[0]];
  return `The ${ordinal} term needs ${missing} more picture${missing > 1 ? "s" : ""}: a single one would bring all its accidents along.`;
}

function picksChanged() {
  fit(find(".gx-pickword"), state.w);
  showTerm(term);
  for (const button of find(".gx-terms").children) put(button.querySelector("i"), String(state[button.dataset.value].length || ""));
  markPicks();
  const stray = find(".gx-stray");
  stray.value = state.noise;
  fill(stray);
  put(find(".gx-stray-out"), state.noise.toFixed(2));
  grid.want({ tab: pickBox, c: page.generator, what: "grid", w: state.w, s: state.s, psi: state.psi });
  const open = hint();
  put(find(".gx-hint"), open);
  const ready = !open;
  find(".gx-outcome").hidden = !ready;
  find(".gx-lines").hidden = !ready;
  if (ready) nine.want(nineAsk());
}

function markPicks() {
  [...find(".gx-picks").children].forEach((button, i) => {
    const holder = termOf(`${state.s}.${i}`);
    button.dataset.term = holder ?? "";
    if (holder) button.dataset.sign = TERMS[holder] < 0 ? "−" : "+";
    else delete button.dataset.sign;
    describe(button, `${state.w}, picture ${i + 1}${holder ? `, in the term ${holder}` : ""}`);
  });
}

function showPicks(reply, ask) {
  drawn(reply);
  picks.fit(reply, ask.w, () => false);
  markPicks();
}

function showNine(reply) {
  drawn(reply);
  showOperands(find(".gx-lines"), reply, (operand, i) => (operand.weight < 0 ? "−" : i ? "+" : ""));
  describe(find(".gx-nine"), "The sum in the middle, and eight neighbours");
}

find(".gx-pickword").addEventListener("input", (event) => set({ w: event.target.value.slice(0, 200) }));
find(".gx-clear").addEventListener("click", () => {
  term = "plus";
  set({ plus: [], minus: [], more: [] });
});
find(".gx-stray").addEventListener("input", (event) => set({ noise: Number(event.target.value) }));
