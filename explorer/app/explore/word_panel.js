// What the word means to the generator: how far it lies from training, its likeness to each label, its neighbours.

const CLOSE = 0.75; // the cosine to the nearest label at the gauge's right end; its colours turn at .30 and .45

function showHeard(root, reply) {
  const deaf = isDeaf(reply.hears);
  put(root.querySelector(".gx-heard h2"), deaf ? "The word itself" : "Heard as");
  const far = root.querySelector(".gx-far");
  far.hidden = deaf; // it never heard a word that this one could be far from
  far.dataset.level = reply.far.level;
  far.querySelector(".gx-track i").style.left = `${Math.max(0, Math.min(1, reply.far.best / CLOSE)) * 100}%`;
  put(far.querySelector(".gx-farsay"), reply.far.sentence);

  showLabels(root, reply);
  chips(root.querySelector(".gx-nearest"), reply.nearest.map(([word]) => word), "Draw");
  put(root.querySelector(".gx-hints"), reply.hints.join(" "));
}
