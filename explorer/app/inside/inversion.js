// Find this picture: what the generator would draw it from, and what that is called.

let foundReply = null;

parts.find = {
  title: "Find this picture",
  lead: "The reverse of typing a word: draw a garment or bring a picture, and the generator looks for the noise and the words from which it would draw that.",
  wordless: true,
  forget() {
    foundReply = null;
    find(".gi-pair").hidden = find(".gi-found-about").hidden = true;
  },
};

async function paintFound(canvas, png) {
  const bitmap = await createImageBitmap(decoded(png));
  cut(canvas, bitmap, 0, 0, bitmap.width, bitmap.height);
  bitmap.close();
}

async function findPicture() {
  const blob = await paperPicture();
  if (!blob) return say("Draw something first, or choose a picture.");
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let letters = "";
  for (let i = 0; i < bytes.length; i += 8192) letters += String.fromCharCode(...bytes.subarray(i, i + 8192));
  parts.find.forget();
  const ask = { ...askNow(tabLong), w: "", work: "find", picture: btoa(letters) };
  const reply = await works.run(find(".gi-find-work"), ask, ({ png }) => {
    if (!png) return;
    find(".gi-pair").hidden = false;
    find(".gi-sought").parentElement.hidden = true;
    put(find(".gi-found-caption"), "The best so far");
    paintFound(find(".gi-found"), png);
  });
  if (!reply || ask.c !== page.generator) return;
  foundReply = reply;
  find(".gi-pair").hidden = find(".gi-found-about").hidden = find(".gi-sought").parentElement.hidden = false;
  put(find(".gi-found-caption"), "Found");
  await Promise.all([paintFound(find(".gi-sought"), reply.sought), paintFound(find(".gi-found"), reply.png)]);
  const seen = reply.seen.length ? ` A judge sees ${reply.seen[0][0]} in it.` : "";
  put(find(".gi-found-say"), `The nearest label is ${reply.labels[0][0]}; the two pictures differ by ${reply.error} grey levels.${seen}`);
  const words = [reply.labels[0], ...reply.nearest].map(([near]) => near);
  chips(find(".gi-found-words"), [...new Set(words)], "Open in Explore:");
  put(find(".gi-found-notes"), reply.notes.join(" "));
}

find(".gi-find").addEventListener("click", findPicture);
find(".gi-found-download").addEventListener("click", () => {
  if (foundReply) saveBlob(decoded(foundReply.png), fileName(`found ${foundReply.nearest[0]?.[0] ?? ""}`, "0"));
});
find(".gi-found-words").addEventListener("click", (event) => {
  const chip = event.target.closest("[data-word]");
  if (!chip) return;
  const query = new URLSearchParams({ w: chip.dataset.word });
  if (page.generator) query.set("c", page.generator);
  const theme = new URLSearchParams(location.search).get("__theme");
  if (theme) query.set("__theme", theme);
  location.assign(`?${query}`);
});
