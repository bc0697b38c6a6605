// A new training, second half: the recipe, what it will cost, and Start.

const REST = 900; // milliseconds after the last change before a training is tried
// Dials that change neither pace nor memory: another value needs no other trial.
const FREE = ["kimg", "seed", "lr", "lr_g", "lr_end", "beta1", "beta2", "gamma", "ema_kimg", "jitter", "own", "neighbours", "synonyms", "sheet_kimg", "snapshot_kimg", "save_seconds", "tensorboard"];

const tries = longWork({ tab: newMailbox(), begin: server.begin, look: server.look, stop: server.give_up });
const startBox = newMailbox();
const known = new Map(); // what trials found, by what was tried
let preset = null;
let turned = {}; // dials that differ from the preset
let named = false; // somebody wrote the name
let resting = null;
let trying = null; // what is being tried

const showPreset = choice(find(".gt-presets"), choosePreset);

function showOffer() {
  for (const { name } of offer.presets) {
    const button = made("button", "", name);
    [button.type, button.dataset.value] = ["button", name];
    find(".gt-presets").append(button);
  }
  for (const [selector, values, chosen] of [[".gt-space", offer.spaces, offer.space], [".gt-device", offer.devices, offer.devices[0]]]) {
    find(selector).replaceChildren(...values.map((value) => Object.assign(made("option", "", value), { value })));
    find(selector).value = chosen;
  }
  find(".gt-device-field").hidden = offer.devices.length < 2;
  const dials = offer.dials.filter(({ first }) => !first);
  find(".gt-dials").replaceChildren(...dials.map(madeDial));
  put(find("#gt-size-help"), offer.dials.find(({ name }) => name === "size").help);
  for (const box of root.querySelectorAll("[data-dial]")) fitBox(box, dialOf(box.dataset.dial));
  choosePreset(offer.presets[0].name);
}

function dialOf(name) {
  return offer.dials.find((dial) => dial.name === name);
}

function madeDial({ name, help, kind, choices }) {
  const row = made("label", "gt-dial");
  const box = made(kind === "choice" ? "select" : "input", kind === "choice" || kind === "switch" ? "" : "gx-box");
  if (kind === "switch") box.type = "checkbox";
  else if (kind === "choice") box.append(...choices.map((value) => Object.assign(made("option", "", value === "" ? "by family" : value), { value })));
  else box.type = kind === "list" ? "text" : "number";
  box.dataset.dial = name;
  const about = made("small", "", help);
  about.id = `gt-${name}-about`;
  box.setAttribute("aria-describedby", about.id);
  row.append(made("span", "", name.replaceAll("_", " ")), box, about);
  return row;
}

function fitBox(box, { kind, low, high }) {
  if (kind === "whole" || kind === "number") [box.min, box.max, box.step] = [low, high, kind === "whole" ? 1 : "any"];
}

// --- dials -----------------------------------------------------------------------------------------------------------

function presetValue(name) {
  // The pictures' own side, where nobody chose another.
  if (name === "resolution" && found) return found.side;
  // The pictures of one class, which a family that hears words cannot learn from.
  if (name === "family" && found?.family) return found.family;
  const { dials } = offer.presets.find((one) => one.name === preset);
  const game = name === "family" ? null : offer.families[turned.family ?? presetValue("family")];
  return game?.dials[name] ?? dials[name] ?? dialOf(name).value;
}

function choosePreset(name) {
  preset = name;
  turned = {};
  put(find(".gt-preset-about"), offer.presets.find((one) => one.name === name).about);
  showPreset(name);
  recipeChanged();
}

function showDials() {
  for (const box of root.querySelectorAll("[data-dial]")) {
    const { dial } = box.dataset;
    const value = turned[dial] ?? presetValue(dial);
    if (box.type === "checkbox") box.checked = value;
    else if (document.activeElement !== box) box.value = Array.isArray(value) ? value.join(", ") : value;
    box.closest("label").classList.toggle("gt-is-turned", dial in turned);
  }
  const game = turned.family ?? presetValue("family");
  put(find("#gt-family-about"), `${dialOf("family").help.replace(/\.$/, "")}: ${offer.families[game].about}.`);
  const count = Object.keys(turned).filter((name) => !dialOf(name).first).length;
  put(find(".gt-turned"), count ? `${count} turned` : "");
  find(".gt-untouch").hidden = !Object.keys(turned).length;
}

form.addEventListener("input", (event) => {
  const { dial } = event.target.dataset;
  if (dial) turn(event.target, dialOf(dial));
  else if (event.target.matches(".gt-preview")) recipeChanged();
});

function turn(box, { name, kind, choices }) {
  let value = kind === "switch" ? box.checked : box.value;
  if (kind === "choice") value = choices.find((one) => String(one) === value);
  if (kind === "whole" || kind === "number") {
    value = Number(box.value);
    const fits = box.value !== "" && box.checkValidity();
    box.setAttribute("aria-invalid", String(!fits));
    if (!fits) return showStart();
  }
  if (kind === "list") {
    const parts = box.value.split(",").map((one) => one.trim()).filter(Boolean);
    value = name === "codes" ? parts.map(Number) : parts;
  }
  if (String(value) === String(presetValue(name))) delete turned[name];
  else turned[name] = value;
  recipeChanged();
}

find(".gt-untouch").addEventListener("click", () => choosePreset(preset));
find(".gt-space").addEventListener("change", lookAtThem);
find(".gt-device").addEventListener("change", recipeChanged);
find(".gt-name").addEventListener("input", () => {
  named = find(".gt-name").value !== "";
  showStart();
});

// A name that is still free, after the pictures, unless somebody wrote one.
function nameIt() {
  if (named || !jobs) return;
  const what = source === OWN ? (sent?.name ?? "").replace(UPLOAD_PACKED, "") : (source ?? "");
  const plain = what.normalize("NFKD").replace(/[^A-Za-z0-9.-]+/g, "-").replace(/^[^A-Za-z0-9]+|-+$/g, "").slice(0, 50) || "training";
  const taken = new Set(jobs.map(({ name }) => name.toLowerCase()));
  let number = 1;
  while (taken.has(`${plain}-${number}`.toLowerCase())) number += 1;
  find(".gt-name").value = `${plain}-${number}`;
  showStart();
}

// --- what it will cost -----------------------------------------------------------------------------------------------

function previewWords() {
  return [...new Set(find(".gt-preview").value.split(",").map((word) => word.trim()).filter(Boolean))];
}

function trainingAsk() {
  const ask = { ...chosenPictures(), space: find(".gt-space").value, preset, dials: turned, preview: previewWords() };
  if (offer.devices.length > 1) ask.device = find(".gt-device").value;
  return ask;
}

// What a trial depends on.
function triedAs() {
  const { preview: _, dials: __, preset: ___, ...rest } = trainingAsk();
  const dials = offer.dials.map(({ name }) => name).filter((name) => !FREE.includes(name)).map((name) => turned[name] ?? presetValue(name));
  return JSON.stringify([rest, dials]);
}

function recipeChanged() {
  if (!offer) return;
  showDials();
  find(".gt-start-trouble").hidden = true;
  clearTimeout(resting);
  const untried = ready() && !known.has(triedAs()) && trying !== triedAs();
  resting = untried ? setTimeout(estimate, REST) : null;
  showEstimate();
  showStart();
}

function ready() {
  return Boolean(offer && found && !found.lacking && chosenPictures());
}

async function estimate() {
  if (!ready() || root.dataset.panel !== "new") return;
  const mine = triedAs();
  [trying, resting] = [mine, null];
  find(".gt-again").hidden = true;
  showEstimate();
  const reply = await tries.run(find(".gt-estimate-work"), { work: "estimate", ...trainingAsk(), preview: [] });
  if (trying === mine) trying = null;
  if (reply) known.set(mine, reply);
  if (ready() && mine === triedAs()) find(".gt-again").hidden = Boolean(reply);
  showEstimate();
}

function showEstimate() {
  const line = find(".gt-estimate-say");
  const cost = ready() ? known.get(triedAs()) : null;
  if (!cost) {
    const waits = source === null ? "Choose pictures first." : "";
    return put(line, ready() && (trying || resting) ? "How long will it take? A trial of two seconds says." : waits);
  }
  const images = 1000 * (turned.kimg ?? presetValue("kimg"));
  const time = cost.speed ? `About ${span(images / cost.speed)}` : "Nobody can say how long";
  const facts = [`${Math.round(cost.speed ?? 0).toLocaleString("en")} pictures a second`];
  if (cost.memory) facts.push(`${Math.round(cost.memory).toLocaleString("en")} MB of memory`);
  put(line, `${time} on ${cost.device.toUpperCase()}: ${facts.join(", ")}.`);
}

// Who is in front of it.
function showBusy() {
  if (!offer) return;
  const device = offer.devices.length > 1 ? find(".gt-device").value : offer.devices[0];
  const busy = jobs.filter((line) => !line.ended && line.device === device);
  const text = busy.length ? `${device.toUpperCase()} is busy with ${busy[0].name}: this one will wait for its turn.` : "";
  put(find(".gt-busy"), text);
}

// --- Start -----------------------------------------------------------------------------------------------------------

function showStart() {
  const wrong = form.querySelector("[data-dial][aria-invalid=true]");
  find(".gt-start").disabled = !ready() || Boolean(wrong) || !find(".gt-name").value.trim();
}

function startTrouble(reply) {
  const box = find(".gt-start-trouble");
  box.hidden = false;
  box.dataset.word = reply?.word ?? "";
  const unknown = `“${reply?.word}” is no word of ${find(".gt-space").value}${reply?.suggestions?.length ? ". Did you mean:" : "; try another preview word."}`;
  put(box.querySelector(".gx-sentence"), reply?.word ? unknown : (reply?.message ?? GONE));
  chips(box.querySelector(".gx-suggestions"), reply?.suggestions ?? [], "Write");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (find(".gt-start").disabled) return;
  find(".gt-start").disabled = true;
  find(".gt-start-trouble").hidden = true;
  const ask = { ...trainingAsk(), tab: startBox, name: find(".gt-name").value.trim() };
  const reply = await server.start(ask).catch(() => null);
  showStart();
  if (reply?.kind === "unseen") lookAtThem(); // the app was opened anew under this page
  if (!reply?.ok) return startTrouble(reply);
  named = false;
  openJob(reply.name);
  find(".gt-title").focus();
});
find(".gt-start-trouble .gx-suggestions").addEventListener("click", (event) => {
  const chip = event.target.closest("[data-word]");
  if (!chip) return;
  const box = find(".gt-preview");
  box.value = replacedIn(box.value, find(".gt-start-trouble").dataset.word, chip.dataset.word);
  recipeChanged();
  box.focus();
});
find(".gt-again").addEventListener("click", estimate);
