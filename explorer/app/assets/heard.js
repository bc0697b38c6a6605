// What the word means to the generator: how far it lies from training, its likeness to each label, its neighbours.

const CLOSE = 0.75; // the cosine to the nearest label at the gauge's right end; its colours turn at .30 and .45

function showHeard(root, reply) {
  const far = root.querySelector(".gx-far");
  far.dataset.level = reply.far.level;
  far.querySelector(".gx-track i").style.left = `${Math.max(0, Math.min(1, reply.far.best / CLOSE)) * 100}%`;
  put(far.querySelector(".gx-farsay"), reply.far.sentence);

  showLabels(root, reply);
  chips(root.querySelector(".gx-nearest"), reply.nearest.map(([word]) => word), "Draw");
  put(root.querySelector(".gx-hints"), reply.hints.join(" "));
}
