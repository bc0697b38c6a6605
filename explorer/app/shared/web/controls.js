// Small controls that several tabs have: groups of buttons of which one is pressed, boxes for words, what went wrong.

function choice(group, chosen) {
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-value]");
    if (button) chosen(button.dataset.value);
  });
  return (value) => {
    for (const button of group.children) button.ariaPressed = String(button.dataset.value === String(value));
  };
}

// A text that somebody is still typing is often no word yet: trouble is shown only after a rest, see `troubles`.
function troubles(root, replaced) {
  const REST = 500; // milliseconds
  const box = root.querySelector(".gx-trouble");
  const suggestions = root.querySelector(".gx-suggestions");
  let resting = null;
  let said = null;

  suggestions.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-word]");
    if (chip && said) replaced(said.word, chip.dataset.word);
  });

  return {
    hide() {
      clearTimeout(resting);
      box.hidden = true;
      for (const wrong of root.querySelectorAll("[aria-invalid]")) wrong.removeAttribute("aria-invalid");
      root.classList.remove("gx-in-trouble");
    },
    // among: the boxes one of which may hold the word that is not known
    show(reply, among) {
      clearTimeout(resting);
      resting = setTimeout(() => {
        said = reply;
        box.hidden = false;
        for (const one of among) if (reply.word && one.value.toLowerCase().includes(reply.word.toLowerCase())) one.ariaInvalid = "true";
        root.classList.add("gx-in-trouble");
        if (root.dataset.state === "loading") root.dataset.state = "empty";
        put(root.querySelector(".gx-sentence"), reply.message);
        chips(suggestions, reply.suggestions ?? [], "Write");
        put(root.querySelector(".gx-status"), reply.message);
      }, REST);
    },
  };
}

// One word of a text in place of another, wherever it stands there as a word.
function replacedIn(text, word, other) {
  const at = text.toLowerCase().indexOf(word.toLowerCase());
  return at < 0 ? text : text.slice(0, at) + other + text.slice(at + word.length);
}

function tileNamesFrom(text, most) {
  const names = (text || "").split(",").slice(0, most);
  return [...new Set(names.filter((name) => /^[0-9]{1,19}\.[0-9]{1,3}$/.test(name)))];
}

function showDevice(reply) {
  put(document.querySelector(".gx-device"), reply.device);
}

function randomSeed() {
  return String(Math.floor(Math.random() * 100000));
}

// The words to try with the chosen generator.
function examplesHere() {
  return page.offer?.examples ?? [];
}
