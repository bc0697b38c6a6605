// What the chosen generator hears: the word, its labels alone, nothing, or codes. Only the dials that it hears are on show.

const DEAF = {
  nothing: "hears no words: its pictures differ by their noise alone. What is said of a word here is about the word.",
  codes: "hears no words, only codes that it made up by itself. What is said of a word here is about the word.",
};

// Gives the function that shows it. state: its t (temperature) and k (codes) are what these dials move; changed(): called
// when they did.
function familyDials(root, state, changed) {
  const find = (selector) => root.querySelector(selector);
  const temperature = find(".gx-temperature");
  const showCodes = codeControls(find(".gx-codes"), (codes) => {
    state.k = codes;
    changed();
  });

  temperature.addEventListener("input", () => {
    state.t = Number((10 ** Number(temperature.value)).toPrecision(2)); // the slider goes by its logarithm
    changed();
  });
  find(".gx-own").addEventListener("change", (event) => {
    state.k = event.target.checked ? [] : page.offer.codes.map(() => 0);
    changed();
  });

  return () => {
    const { offer, deaf } = page;
    const kinds = offer?.codes ?? [];
    const codes = codesFitting(kinds, state.k);
    put(find(".gx-deaf"), deaf ? `${offer.family} ${DEAF[offer.hears]}` : "");
    for (const part of root.querySelectorAll(".gx-of-words")) part.hidden = deaf;
    find(".gx-of-labels").hidden = offer?.hears !== "label";
    find(".gx-of-codes").hidden = !kinds.length;
    temperature.value = Math.log10(state.t);
    temperature.ariaValueText = String(state.t);
    put(find(".gx-temperature-out"), String(state.t));
    showCodes(kinds, codes);
    find(".gx-own").checked = !codes.length;
  };
}

// How much of each label a generator is told that knows only them.
function showTold(root, reply) {
  const some = reply.told.filter(([, share]) => share >= 0.005);
  put(root.querySelector(".gx-told"), some.map(([label, share]) => `${label} ${percent(share)}`).join(", "));
}
