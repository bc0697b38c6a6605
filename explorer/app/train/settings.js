// @ts-check
// A new training, second half: the recipe, what it will cost, and Start.

import { buttonGroup } from "../shared/web/controls.js";
import { createNode, GONE, setText, showChips } from "../shared/web/dom.js";
import { rangeSentence, showInvalid } from "../shared/web/invalid.js";
import { newMailbox } from "../shared/web/page.js";
import { replaceInText } from "../shared/web/parse.js";
import { taskRunner } from "../shared/web/tasks.js";
import { span } from "./facts.js";
import { OWN, picturesForm } from "./pictures.js";
import { UPLOAD_PACKED } from "./upload.js";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/; // as the server has it
const NAME_RANGE = "A name has 1 to 64 letters from a to z, digits, dots, dashes and underscores, and begins with a letter or a digit.";
const REST = 900; // milliseconds after the last change before a training is tried
// Settings that change neither pace nor memory: another value needs no other trial.
const FREE = ["kimg", "seed", "lr", "lr_g", "lr_end", "beta1", "beta2", "gamma", "ema_kimg", "jitter", "own", "neighbours", "synonyms", "sheet_kimg", "snapshot_kimg", "save_seconds", "tensorboard"];

function createSetting({ name, help, kind, choices }) {
  const row = createNode("label", "gt-setting");
  const box = createNode(kind === "choice" ? "select" : "input", kind === "choice" || kind === "switch" ? "" : "gx-box");
  if (kind === "switch") box.type = "checkbox";
  else if (kind === "choice") box.append(...choices.map((value) => Object.assign(createNode("option", "", value === "" ? "by family" : value), { value })));
  else box.type = kind === "list" ? "text" : "number";
  box.dataset.setting = name;
  const about = createNode("small", "", help);
  about.id = `gt-${name}-about`;
  box.setAttribute("aria-describedby", about.id);
  row.append(createNode("span", "", name.replaceAll("_", " ")), box, about);
  return row;
}

function fitBox(box, { kind, low, high }) {
  if (kind === "whole" || kind === "number") [box.min, box.max, box.step] = [low, high, kind === "whole" ? 1 : "any"];
}

/** The form of a new training: its pictures and its recipe. @param {Train} train */
export function trainingForm(train) {
  const { find, root, server } = train;
  /** @type {TrainingForm} */
  const form = { node: find(".gt-form"), offer: null, source: null, sent: null, found: null };
  const pictures = picturesForm(train, form, { showOffer, suggestName, recipeChanged });
  const tasks = taskRunner({ tab: newMailbox(), begin: server.begin, look: server.look, stop: server.cancel });
  const mailbox = newMailbox();
  const costs = new Map(); // what trials found, by what was tried
  let preset = null;
  let changed = {}; // settings that differ from the preset
  let named = false; // somebody wrote the name
  let resting = null;
  let trying = null; // what is being tried

  const showPreset = buttonGroup(find(".gt-presets"), choosePreset);

  function showOffer() {
    for (const { name } of form.offer.presets) {
      const button = createNode("button", "", name);
      [button.type, button.dataset.value] = ["button", name];
      find(".gt-presets").append(button);
    }
    for (const [selector, values, chosen] of [[".gt-space", form.offer.spaces, form.offer.space], [".gt-device", form.offer.devices, form.offer.devices[0]]]) {
      find(selector).replaceChildren(...values.map((value) => Object.assign(createNode("option", "", value), { value })));
      find(selector).value = chosen;
    }
    find(".gt-device-field").hidden = form.offer.devices.length < 2;
    const settings = form.offer.settings.filter(({ first }) => !first);
    find(".gt-settings").replaceChildren(...settings.map(createSetting));
    setText(find("#gt-size-help"), form.offer.settings.find(({ name }) => name === "size").help);
    for (const box of root.querySelectorAll("[data-setting]")) fitBox(box, settingOf(box.dataset.setting));
    choosePreset(form.offer.presets[0].name);
  }

  function settingOf(name) {
    return form.offer.settings.find((setting) => setting.name === name);
  }

  // --- settings ------------------------------------------------------------------------------------------------------

  function presetValue(name) {
    // The pictures' own side, where nobody chose another.
    if (name === "resolution" && form.found) return form.found.side;
    // The pictures of one class, which a family that is conditioned on words cannot learn from.
    if (name === "family" && form.found?.family) return form.found.family;
    const { settings } = form.offer.presets.find((other) => other.name === preset);
    const family = name === "family" ? null : form.offer.families[changed.family ?? presetValue("family")];
    return family?.settings[name] ?? settings[name] ?? settingOf(name).value;
  }

  function choosePreset(name) {
    preset = name;
    changed = {};
    for (const box of root.querySelectorAll("[data-setting][aria-invalid=true]")) showInvalid(box, "");
    setText(find(".gt-preset-about"), form.offer.presets.find((other) => other.name === name).about);
    showPreset(name);
    recipeChanged();
  }

  function showSettings() {
    for (const box of root.querySelectorAll("[data-setting]")) {
      const { setting } = box.dataset;
      const value = changed[setting] ?? presetValue(setting);
      if (box.type === "checkbox") box.checked = value;
      else if (document.activeElement !== box && box.ariaInvalid !== "true") box.value = Array.isArray(value) ? value.join(", ") : value;
      box.closest("label").classList.toggle("gt-is-changed", setting in changed);
    }
    const family = changed.family ?? presetValue("family");
    setText(find("#gt-family-about"), `${settingOf("family").help.replace(/\.$/, "")}: ${form.offer.families[family].about}.`);
    const count = Object.keys(changed).filter((name) => !settingOf(name).first).length;
    setText(find(".gt-changed-count"), count ? `${count} changed` : "");
    find(".gt-reset").hidden = !Object.keys(changed).length;
  }

  form.node.addEventListener("input", (event) => {
    const { setting } = event.target.dataset;
    if (setting) change(event.target, settingOf(setting));
    else if (event.target.matches(".gt-preview")) recipeChanged();
  });

  function change(box, { name, kind, choices, low, high }) {
    let value = kind === "switch" ? box.checked : box.value;
    if (kind === "choice") value = choices.find((choice) => String(choice) === value);
    if (kind === "whole" || kind === "number") {
      value = Number(box.value);
      const fits = box.value !== "" && box.checkValidity();
      const called = box.closest("label").firstElementChild.textContent;
      showInvalid(box, fits ? "" : rangeSentence(called[0].toUpperCase() + called.slice(1), low, high, kind === "whole"));
      if (!fits) return showStart();
    }
    if (kind === "list") {
      const parts = box.value.split(",").map((part) => part.trim()).filter(Boolean);
      value = name === "codes" ? parts.map(Number) : parts;
    }
    if (String(value) === String(presetValue(name))) delete changed[name];
    else changed[name] = value;
    recipeChanged();
  }

  find(".gt-reset").addEventListener("click", () => choosePreset(preset));
  find(".gt-space").addEventListener("change", pictures.inspect);
  find(".gt-device").addEventListener("change", recipeChanged);
  find(".gt-name").addEventListener("input", () => {
    named = find(".gt-name").value !== "";
    showInvalid(find(".gt-name"), !named || NAME.test(find(".gt-name").value.trim()) ? "" : NAME_RANGE);
    showStart();
  });

  // A name that is still free, after the pictures, unless somebody wrote one.
  function suggestName() {
    if (named || !train.jobs) return;
    const what = form.source === OWN ? (form.sent?.name ?? "").replace(UPLOAD_PACKED, "") : (form.source ?? "");
    const plain = what.normalize("NFKD").replace(/[^A-Za-z0-9.-]+/g, "-").replace(/^[^A-Za-z0-9]+|-+$/g, "").slice(0, 50) || "training";
    const taken = new Set(train.jobs.map(({ name }) => name.toLowerCase()));
    let number = 1;
    while (taken.has(`${plain}-${number}`.toLowerCase())) number += 1;
    find(".gt-name").value = `${plain}-${number}`;
    showInvalid(find(".gt-name"), "");
    showStart();
  }

  // --- what it will cost ---------------------------------------------------------------------------------------------

  function previewWords() {
    return [...new Set(find(".gt-preview").value.split(",").map((word) => word.trim()).filter(Boolean))];
  }

  function trainingRequest() {
    /** @type {any} */
    const request = { ...pictures.chosen(), space: find(".gt-space").value, preset, settings: changed, preview: previewWords() };
    if (form.offer.devices.length > 1) request.device = find(".gt-device").value;
    return request;
  }

  // What a trial depends on.
  function trialKey() {
    const { preview: _, settings: __, preset: ___, ...rest } = trainingRequest();
    const settings = form.offer.settings.map(({ name }) => name).filter((name) => !FREE.includes(name)).map((name) => changed[name] ?? presetValue(name));
    return JSON.stringify([rest, settings]);
  }

  function recipeChanged() {
    if (!form.offer) return;
    showSettings();
    find(".gt-start-trouble").hidden = true;
    clearTimeout(resting);
    const untried = ready() && !costs.has(trialKey()) && trying !== trialKey();
    resting = untried ? setTimeout(estimate, REST) : null;
    showEstimate();
    showStart();
  }

  function ready() {
    return Boolean(form.offer && form.found && !form.found.lacking && pictures.chosen());
  }

  async function estimate() {
    if (!ready() || root.dataset.panel !== "new") return;
    const mine = trialKey();
    [trying, resting] = [mine, null];
    find(".gt-again").hidden = true;
    showEstimate();
    const reply = await tasks.run(find(".gt-estimate-work"), { work: "estimate", ...trainingRequest(), preview: [] });
    if (trying === mine) trying = null;
    if (reply) costs.set(mine, reply);
    if (ready() && mine === trialKey()) find(".gt-again").hidden = Boolean(reply);
    showEstimate();
  }

  function showEstimate() {
    const line = find(".gt-estimate-say");
    const cost = ready() ? costs.get(trialKey()) : null;
    showExample(cost?.examples ?? []);
    if (!cost) {
      const waits = form.source === null ? "Choose pictures first." : "";
      return setText(line, ready() && (trying || resting) ? "How long will it take? A trial of two seconds says." : waits);
    }
    const images = 1000 * (changed.kimg ?? presetValue("kimg"));
    const time = cost.speed ? `About ${span(images / cost.speed)}` : "Nobody can say how long";
    const facts = [`${Math.round(cost.speed ?? 0).toLocaleString("en")} pictures a second`];
    if (cost.memory) facts.push(`${Math.round(cost.memory).toLocaleString("en")} MB of memory`);
    setText(line, `${time} on ${cost.device.toUpperCase()}: ${facts.join(", ")}. ${cost.because ?? ""}`.trim());
  }

  // What a run of ours had come to, of about the age that this one is to reach.
  function showExample(examples) {
    const figure = find(".gt-example");
    const kimg = changed.kimg ?? presetValue("kimg");
    const apart = (one) => Math.abs(Math.log(one.kimg / kimg));
    const best = examples.reduce((least, one) => (least && apart(least) <= apart(one) ? least : one), null);
    figure.hidden = !best;
    if (!best) return;
    find(".gt-example img").src = `data:image/jpeg;base64,${best.jpeg}`;
    find(".gt-example img").alt = best.sentence;
    setText(find(".gt-example figcaption"), best.sentence);
  }

  // Who is in front of it.
  function showBusy() {
    if (!form.offer) return;
    const device = form.offer.devices.length > 1 ? find(".gt-device").value : form.offer.devices[0];
    const busy = train.jobs.filter((line) => !line.ended && line.device === device);
    const text = busy.length ? `${device.toUpperCase()} is busy with ${busy[0].name}: this one will be queued.` : "";
    setText(find(".gt-busy"), text);
  }

  // --- Start ---------------------------------------------------------------------------------------------------------

  function showStart() {
    const wrong = form.node.querySelector("[data-setting][aria-invalid=true]");
    find(".gt-start").disabled = !ready() || Boolean(wrong) || !NAME.test(find(".gt-name").value.trim());
  }

  function showStartProblem(reply) {
    const box = find(".gt-start-trouble");
    box.hidden = false;
    box.dataset.word = reply?.word ?? "";
    const unknown = `“${reply?.word}” is no word of ${find(".gt-space").value}${reply?.suggestions?.length ? ". Did you mean:" : "; try another preview word."}`;
    setText(box.querySelector(".gx-sentence"), reply?.word ? unknown : (reply?.message ?? GONE));
    showChips(box.querySelector(".gx-suggestions"), reply?.suggestions ?? [], "Write");
  }

  form.node.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (find(".gt-start").disabled) return;
    find(".gt-start").disabled = true;
    find(".gt-start-trouble").hidden = true;
    const request = { ...trainingRequest(), tab: mailbox, name: find(".gt-name").value.trim() };
    const reply = await server.start(request).catch(() => null);
    showStart();
    if (reply?.kind === "unseen") pictures.inspect(); // the app was opened anew under this page
    if (!reply?.ok) return showStartProblem(reply);
    named = false;
    train.openJob(reply.name);
    find(".gt-title").focus();
  });
  find(".gt-start-trouble .gx-suggestions").addEventListener("click", (event) => {
    const chip = event.target.closest("[data-word]");
    if (!chip) return;
    const box = find(".gt-preview");
    box.value = replaceInText(box.value, find(".gt-start-trouble").dataset.word, chip.dataset.word);
    recipeChanged();
    box.focus();
  });
  find(".gt-again").addEventListener("click", estimate);

  return { open: pictures.open, showBusy };
}
