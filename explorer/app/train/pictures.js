// A new training, first half: which pictures. They are looked at as soon as they are chosen: how many of each class, a
// sheet, and the words that the word space lacks.

const SOURCES = {
  "fashion-mnist": ["Fashion-MNIST", "60,000 garments of 10 kinds"],
  mnist: ["MNIST", "60,000 handwritten digits"],
  cifar10: ["CIFAR-10", "50,000 small photographs of 10 kinds"],
  digits: ["Digits", "1,500 small digits: the quickest to try"],
};
const OWN = "own";

const looks = longWork({ tab: newMailbox(), begin: server.begin, look: server.look, stop: server.give_up });
let opening = false;
let offer = null; // what a new training is chosen from
let source = null; // a name of offer.sources, or OWN
let sent = null; // { id, name } of what was uploaded
let sending = null;
let found = null; // what is in the pictures, once they were looked at

async function openForm() {
  if (readOnly() || opening) return;
  if (!offer) {
    opening = true;
    const reply = await server.offer({}).catch(() => null);
    opening = false;
    find(".gt-gone").hidden = Boolean(reply?.ok);
    if (!reply?.ok) return;
    offer = reply;
    showOffer();
    showCards();
    find(".gt-opening").hidden = true;
    form.hidden = false;
  }
  nameIt();
}

function showCards() {
  const cards = [...offer.sources.map((name) => [name, ...(SOURCES[name] ?? [name, ""])]), [OWN, "Your own", "A folder, zip or tar, a sub-folder for each word"]];
  find(".gt-cards").replaceChildren(
    ...cards.map(([value, title, about]) => {
      const card = made("label", "gt-card");
      const dot = made("input");
      [dot.type, dot.name, dot.value] = ["radio", "gt-source", value];
      card.append(dot, made("b", "", title), made("span", "", about));
      return card;
    }),
  );
}

function chosenPictures() {
  if (source === OWN) return sent ? { upload: sent.id, fit: find(".gt-fit").value, skip_broken: find(".gt-skip-broken").checked } : null;
  return source ? { source } : null;
}

async function lookAtThem() {
  const pictures = chosenPictures();
  forgetFound();
  if (!pictures) return;
  const space = find(".gt-space").value;
  const reply = await looks.run(find(".gt-look-work"), { work: "look", ...pictures, space });
  if (!reply) return;
  found = reply;
  await showFound();
  recipeChanged();
}

function forgetFound() {
  found = null;
  find(".gt-found").hidden = true;
  recipeChanged();
}

async function showFound() {
  const { counts, classes, side, channels, unknown, lacking } = found;
  const colour = channels === 1 ? "grey" : "in colour";
  put(find(".gt-found-say"), `${found.pictures.toLocaleString("en")} pictures of ${classes === 1 ? "one class" : `${classes.toLocaleString("en")} classes`}, ${side} × ${side} pixels, ${colour}.`);
  const most = Math.max(...counts.map(([, count]) => count));
  const missing = new Set(unknown.map(([word]) => word));
  const rows = children(find(".gt-counts"), counts.length, () => {
    const row = made("li");
    const track = made("span", "gx-bar-track");
    track.append(made("i"));
    row.append(made("span", "gt-count-word"), track, made("span", "gx-number"));
    return row;
  });
  rows.forEach((row, i) => {
    const [word, count] = counts[i];
    put(row.children[0], word);
    row.children[1].firstChild.style.width = `${(100 * count) / most}%`;
    put(row.children[2], count.toLocaleString("en"));
    row.classList.toggle("gt-is-unknown", missing.has(word));
  });
  const bitmap = await createImageBitmap(decoded(found.png));
  const canvas = find(".gt-found-sheet");
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  canvas.style.aspectRatio = `${bitmap.width} / ${bitmap.height}`;
  describe(canvas, `Some of the pictures, a row for each class: ${counts.slice(0, 20).map(([word]) => word).join(", ")}`);
  bitmap.close();
  notes(find(".gt-form .gt-notes"), found.notes);
  find(".gt-unknown").hidden = !lacking;
  if (lacking) showUnknown();
  find(".gt-found").hidden = false;
}

function showUnknown() {
  const space = find(".gt-space").value;
  const one = found.lacking === 1;
  const these = one ? "One class has a name" : `${found.lacking} classes have names`;
  put(find(".gt-unknown .gx-sentence"), `${these} that ${space} does not know, and ${one ? "it is" : "they are"} what the generator would listen to. Rename the folder${one ? "" : "s"}, put a file names.csv beside the folders (a row with folder, word for each), or choose another word space.`);
  const rows = children(find(".gt-unknown-words"), found.unknown.length, () => made("li"));
  rows.forEach((row, i) => {
    const [word, others] = found.unknown[i];
    put(row, others.length ? `${word}: perhaps ${others.join(", ")}` : word);
  });
}

find(".gt-cards").addEventListener("change", (event) => {
  source = event.target.value;
  find(".gt-drop").hidden = source !== OWN;
  nameIt();
  lookAtThem();
});

// --- one's own -------------------------------------------------------------------------------------------------------

function sendWork(what, share) {
  const box = find(".gt-send-work");
  if (!box.firstChild) {
    const cancel = made("button", "gx-chip gx-work-cancel", "Cancel");
    cancel.type = "button";
    cancel.addEventListener("click", () => sending?.cancel());
    box.append(made("span", "gx-work-what"), made("progress", "gx-work-share"), cancel);
  }
  box.hidden = what === null;
  box.classList.toggle("gx-work-trouble", share === null);
  put(box.children[0], what ?? "");
  box.children[1].value = share ?? 0;
  for (const part of [...box.children].slice(1)) part.hidden = share === null;
}

async function send(files) {
  sending?.cancel();
  source = OWN;
  sent = null;
  forgetFound();
  for (const dot of find(".gt-cards").querySelectorAll("input")) dot.checked = dot.value === OWN;
  find(".gt-drop").hidden = false;
  sendWork("Taking the pictures in", 0);
  const mine = (sending = upload(files, (share) => mine === sending && sendWork(`Taking the pictures in · ${Math.round(100 * share)} %`, share)));
  const reply = await mine.done;
  if (mine !== sending) return;
  sending = null;
  if (!reply.ok) return sendWork(reply.message, null);
  sendWork(null);
  sent = reply;
  nameIt();
  lookAtThem();
}

for (const choice of [find(".gt-fit"), find(".gt-skip-broken")]) choice.addEventListener("change", lookAtThem);
for (const input of root.querySelectorAll(".gt-file")) {
  input.addEventListener("change", () => {
    if (input.files.length) send(filesOfInput(input));
    input.value = "";
  });
  input.parentElement.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    input.click();
  });
}
const form = find(".gt-form");
form.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  form.classList.add("gt-dropping");
});
form.addEventListener("dragleave", (event) => {
  if (!form.contains(event.relatedTarget)) form.classList.remove("gt-dropping");
});
form.addEventListener("drop", async (event) => {
  event.preventDefault();
  form.classList.remove("gt-dropping");
  try {
    send(await filesOfDrop(event.dataTransfer));
  } catch (broken) {
    sendWork(broken.message, null);
  }
});
