// @ts-check
// A new training, first half: which pictures. They are inspected as soon as they are chosen: how many of each class, a
// sheet, and the words that the word space lacks.

import { createNode, ensureChildren, setLabel, setText, showNotes } from "../shared/web/dom.js";
import { decodeBlob } from "../shared/web/live_canvas.js";
import { newMailbox } from "../shared/web/page.js";
import { progressParts, taskRunner } from "../shared/web/tasks.js";
import { filesOfDrop, filesOfInput, upload } from "./upload.js";

const SOURCES = {
  "fashion-mnist": ["Fashion-MNIST", "60,000 garments of 10 kinds"],
  mnist: ["MNIST", "60,000 handwritten digits"],
  cifar10: ["CIFAR-10", "50,000 small photographs of 10 kinds"],
  digits: ["Digits", "1,500 small digits: the quickest to try"],
};
export const OWN = "own";

/** The pictures of a new training.
 * @param {Train} train @param {TrainingForm} form
 * @param {{ showOffer: () => void, suggestName: () => void, recipeChanged: () => void }} recipe the form's other half */
export function picturesForm(train, form, { showOffer, suggestName, recipeChanged }) {
  const { find, root, server } = train;
  const tasks = taskRunner({ tab: newMailbox(), begin: server.begin, look: server.look, stop: server.cancel });
  let opening = false;
  let sending = null;

  async function openForm() {
    if (train.readOnly() || opening) return;
    if (!form.offer) {
      opening = true;
      const reply = await server.offer({}).catch(() => null);
      opening = false;
      find(".gt-gone").hidden = Boolean(reply?.ok);
      if (!reply?.ok) return;
      form.offer = reply;
      showOffer();
      showCards();
      find(".gt-opening").hidden = true;
      form.node.hidden = false;
    }
    suggestName();
  }

  function showCards() {
    const cards = [...form.offer.sources.map((name) => [name, ...(SOURCES[name] ?? [name, ""])]), [OWN, "Your own", "A folder, zip or tar, a sub-folder for each word"]];
    find(".gt-cards").replaceChildren(
      ...cards.map(([value, title, about]) => {
        const card = createNode("label", "gt-card");
        const dot = createNode("input");
        [dot.type, dot.name, dot.value] = ["radio", "gt-source", value];
        card.append(dot, createNode("b", "", title), createNode("span", "", about));
        return card;
      }),
    );
  }

  function chosenPictures() {
    if (form.source === OWN) return form.sent ? { upload: form.sent.id, fit: find(".gt-fit").value, skip_broken: find(".gt-skip-broken").checked } : null;
    return form.source ? { source: form.source } : null;
  }

  async function inspect() {
    const pictures = chosenPictures();
    forgetFound();
    if (!pictures) return;
    const space = find(".gt-space").value;
    const reply = await tasks.run(find(".gt-look-work"), { work: "look", ...pictures, space }, () => {}, offerToSkip);
    if (!reply) return;
    form.found = reply;
    await showFound();
    recipeChanged();
  }

  // What cannot be read can be left out right where that is said.
  function offerToSkip(refused) {
    if (refused?.kind !== "broken") return;
    const button = createNode("button", "gx-chip", "Leave out what cannot be read");
    button.type = "button";
    button.addEventListener("click", () => {
      button.remove();
      find(".gt-skip-broken").checked = true;
      inspect();
    });
    find(".gt-look-work").append(button);
  }

  function forgetFound() {
    form.found = null;
    find(".gt-found").hidden = true;
    recipeChanged();
  }

  async function showFound() {
    const { counts, classes, side, channels, unknown, lacking } = form.found;
    const colour = channels === 1 ? "grey" : "in colour";
    setText(find(".gt-found-say"), `${form.found.pictures.toLocaleString("en")} pictures of ${classes === 1 ? "one class" : `${classes.toLocaleString("en")} classes`}, ${side} × ${side} pixels, ${colour}.`);
    const most = Math.max(...counts.map(([, count]) => count));
    const missing = new Set(unknown.map(([word]) => word));
    const rows = ensureChildren(find(".gt-counts"), counts.length, () => {
      const row = createNode("li");
      const track = createNode("span", "gx-bar-track");
      track.append(createNode("i"));
      row.append(createNode("span", "gt-count-word"), track, createNode("span", "gx-number"));
      return row;
    });
    rows.forEach((row, i) => {
      const [word, count] = counts[i];
      setText(row.children[0], word);
      row.children[1].firstChild.style.width = `${(100 * count) / most}%`;
      setText(row.children[2], count.toLocaleString("en"));
      row.classList.toggle("gt-is-unknown", missing.has(word));
    });
    const bitmap = await createImageBitmap(decodeBlob(form.found.png));
    const canvas = find(".gt-found-sheet");
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    canvas.style.aspectRatio = `${bitmap.width} / ${bitmap.height}`;
    setLabel(canvas, `Some of the pictures, a row for each class: ${counts.slice(0, 20).map(([word]) => word).join(", ")}`);
    bitmap.close();
    showNotes(find(".gt-form .gt-notes"), form.found.notes);
    find(".gt-unknown").hidden = !lacking;
    if (lacking) showUnknown();
    find(".gt-found").hidden = false;
  }

  function showUnknown() {
    const space = find(".gt-space").value;
    const single = form.found.lacking === 1;
    const these = single ? "One class has a name" : `${form.found.lacking} classes have names`;
    setText(find(".gt-unknown .gx-sentence"), `${these} that ${space} does not know, and ${single ? "it" : "they"} would be the generator's condition. Rename the folder${single ? "" : "s"}, put a file names.csv beside the folders (a row with folder, word for each), or choose another word space.`);
    const rows = ensureChildren(find(".gt-unknown-words"), form.found.unknown.length, () => createNode("li"));
    rows.forEach((row, i) => {
      const [word, others] = form.found.unknown[i];
      setText(row, others.length ? `${word}: perhaps ${others.join(", ")}` : word);
    });
  }

  find(".gt-cards").addEventListener("change", (event) => {
    form.source = event.target.value;
    find(".gt-drop").hidden = form.source !== OWN;
    suggestName();
    inspect();
  });

  // --- one's own -----------------------------------------------------------------------------------------------------

  function sendWork(what, share) {
    const box = find(".gt-send-work");
    if (!box.firstChild) box.append(...progressParts(() => sending?.cancel()));
    box.hidden = what === null;
    box.classList.toggle("gx-work-trouble", share === null);
    setText(box.children[0], what ?? "");
    box.children[1].value = share ?? 0;
    for (const part of [...box.children].slice(1)) part.hidden = share === null;
  }

  async function send(files) {
    sending?.cancel();
    form.source = OWN;
    form.sent = null;
    forgetFound();
    for (const dot of find(".gt-cards").querySelectorAll("input")) dot.checked = dot.value === OWN;
    find(".gt-drop").hidden = false;
    sendWork("Sending the pictures", 0);
    const mine = (sending = upload(files, (share) => mine === sending && sendWork(`Sending the pictures · ${Math.round(100 * share)} %`, share)));
    const reply = await mine.done;
    if (mine !== sending) return;
    sending = null;
    if (!reply.ok) return sendWork(reply.message, null);
    sendWork(null);
    form.sent = reply;
    suggestName();
    inspect();
  }

  for (const choice of [find(".gt-fit"), find(".gt-skip-broken")]) choice.addEventListener("change", inspect);
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
  form.node.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.node.classList.add("gt-dropping");
  });
  form.node.addEventListener("dragleave", (event) => {
    if (!form.node.contains(event.relatedTarget)) form.node.classList.remove("gt-dropping");
  });
  form.node.addEventListener("drop", async (event) => {
    event.preventDefault();
    form.node.classList.remove("gt-dropping");
    try {
      send(await filesOfDrop(event.dataTransfer));
    } catch (broken) {
      sendWork(broken.message, null);
    }
  });

  return { open: openForm, chosen: chosenPictures, inspect };
}
