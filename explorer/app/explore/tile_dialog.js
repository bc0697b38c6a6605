// One tile in a dialog: larger, its noise kept for other words, downloaded; and the download of the whole grid.

const dialog = find(".gx-dialog");

function openTile(index) {
  if (!last) return;
  opened = index;
  const kept = state.kept.includes(nameOf(index));
  const [seed, place] = nameOf(index).split(".");
  paintLarge(find(".gx-large"), last.reply, index);
  const name = subject(last.reply, last.ask);
  find(".gx-large").setAttribute("aria-label", `Picture ${index + 1} of ${name}, larger`);
  find("#gx-dialog-title").textContent = name;
  find(".gx-which").textContent = `Seed ${seed}, picture ${Number(place) + 1}`;
  find(".gx-keep").textContent = kept ? "Let this z go" : "Keep this z";
  if (!dialog.open) dialog.showModal();
}

dialog.addEventListener("close", () => {
  if (dialog.open) return; // this event comes late: by now another tile may have been opened
  const index = opened;
  opened = -1;
  if (dialog.returnValue !== "kept") tiles.focusOn(index);
  dialog.returnValue = "";
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // the backdrop
});
dialog.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step && opened + step >= 0 && opened + step < last.reply.count) openTile(opened + step);
});
find(".gx-close").addEventListener("click", () => dialog.close());
find(".gx-keep").addEventListener("click", () => {
  const name = nameOf(opened);
  if (state.kept.includes(name)) {
    state.kept = state.kept.filter((other) => other !== name);
    if (!state.kept.length) leaveKept();
  } else {
    state.kept = [...state.kept, name].slice(-MOST_KEPT);
    state.view = "kept";
  }
  dialog.close("kept");
  word.focus();
  word.select();
  changed();
});
async function save(ask, name) {
  const reply = await server.draw({ ...ask, save: true, tab: `${tab}.save` });
  if (reply?.ok) saveBlob(decoded(reply.png), name);
  else say(reply?.message ?? "The picture could not be saved; try again.");
}

find(".gx-tile-download").addEventListener("click", () => {
  const name = nameOf(opened);
  const { n, ...ask } = last.ask;
  save({ ...ask, z: [name] }, fileName(subject(last.reply, ask), name.replace(".", "-")));
});
find(".gx-download").addEventListener("click", () => {
  if (last) save(last.ask, fileName(subject(last.reply, last.ask), last.ask.z ? "kept" : last.ask.s));
});
