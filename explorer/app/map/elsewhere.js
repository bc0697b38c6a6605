// @ts-check
// Where to go from a generator that has no map: to what it has in place of one, and to a map.

/** What each button says, and the address it opens. @param {Menu} menu @param {Offer} offer the chosen generator
 * @returns {[string, string][]} */
export function waysOn(menu, offer) {
  const takesLabels = offer.conditioning === "label";
  const walk = (/** @type {string} */ view) => new URLSearchParams({ tab: "walk", view, c: offer.name }).toString();
  /** @type {[string, string][]} */
  const ways = [[takesLabels ? "Between four of its labels" : "Along two directions of its z", walk("pad")]];
  if (offer.codes.length) ways.unshift(["A grid of its codes", walk("codes")]);
  const mapped = menu.checkpoints.filter(({ conditioning, error }) => conditioning === "word" && !error);
  const { name } = mapped.find((one) => one.name === menu.default) ?? mapped.find((one) => one.data === offer.data) ?? mapped[0] ?? {};
  if (name) ways.push([`The map of ${name}`, new URLSearchParams({ tab: "map", c: name }).toString()]);
  return ways;
}
