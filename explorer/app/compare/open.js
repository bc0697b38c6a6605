// What happens when something was chosen, and when the tab is first shown.

const choose = chooser(find(".gc-main"), MOST_COMPARED, (names) => {
  state.of = names;
  changed();
});
const showSamples = choice(find(".gc-samples"), (n) => {
  state.n = Number(n);
  changed();
});

async function changed() {
  if (!page.menu || !offered || state.view !== "side") return;
  remember();
  say("");
  const names = compared();
  choose(state.of.length ? state.of : names, (state.of.length ? state.of : names).map((name) => (names.includes(name) ? colourOf(names.indexOf(name)) : null)));
  showSamples(state.n);
  if (choiceNow() !== measuredFor && known) forget();
  showWrong();
  measureSoon();
  await drawSheets();
  showGames();
  if (!names.length) root.dataset.state = "empty";
}

function openView() {
  showView();
  remember();
  if (state.view === "side") changed();
  else {
    root.dataset.state = "drawn";
    if (page.menu) axesChanged();
  }
}

find(".gc-shuffle").addEventListener("click", () => {
  state.s = randomSeed();
  remember();
  drawSheets();
});
page.follow("menu", openView);
page.follow("generator", () => {
  if (page.menu) openView();
});
async function learnOffer() {
  for (let tries = 0; !offered && tries < 20; tries++) {
    const reply = await server.offer({}).catch(() => null);
    if (reply?.ok) offered = reply;
    else await new Promise((next) => setTimeout(next, 500));
  }
  if (!offered) return say("The app does not answer. Is it still running?");
  children(find(".gc-samples"), offered.samples.length, () => made("button")).forEach((button, i) => {
    [button.type, button.dataset.value] = ["button", offered.samples[i]];
    put(button, `${offered.samples[i].toLocaleString("en")} samples`);
  });
  openView();
}

learnOffer();
