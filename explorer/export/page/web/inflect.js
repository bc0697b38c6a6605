// @ts-check
// Singulars of an English plural and plurals of a singular, as explorer/words/expressions/inflect.py has them.

const IRREGULAR = [["child", "children"], ["foot", "feet"], ["goose", "geese"], ["man", "men"], ["mouse", "mice"], ["ox", "oxen"], ["person", "people"], ["tooth", "teeth"]];
const HISSING = ["s", "x", "z", "ch", "sh"];

const endsWith = (/** @type {string} */ word, /** @type {string[]} */ ends) => ends.some((end) => word.endsWith(end));

/** @param {string} word */
function singulars(word) {
  const found = [];
  for (const end of ["'s", "’s", "s'", "s’"]) if (word.endsWith(end)) found.push(word.slice(0, -end.length));
  for (const [one, many] of IRREGULAR) if (word.endsWith(many)) found.push(word.slice(0, -many.length) + one);
  if (word.endsWith("ies")) found.push(`${word.slice(0, -3)}y`);
  if (word.endsWith("ves")) found.push(`${word.slice(0, -3)}f`, `${word.slice(0, -3)}fe`);
  if (word.endsWith("es") && endsWith(word.slice(0, -2), [...HISSING, "o"])) found.push(word.slice(0, -2));
  if (word.endsWith("s") && !word.endsWith("ss")) found.push(word.slice(0, -1));
  return found;
}

/** @param {string} word */
function plurals(word) {
  const found = [];
  for (const [one, many] of IRREGULAR) if (word.endsWith(one)) found.push(word.slice(0, -one.length) + many);
  if (word.endsWith("y") && !"aeiou".includes(word.slice(-2, -1))) found.push(`${word.slice(0, -1)}ies`);
  if (word.endsWith("fe")) found.push(`${word.slice(0, -2)}ves`);
  else if (word.endsWith("f")) found.push(`${word.slice(0, -1)}ves`);
  if (endsWith(word, [...HISSING, "o"])) found.push(`${word}es`);
  return [...found, `${word}s`];
}

/** Spellings that may be the same noun in another number, likeliest first. @param {string} word */
export function otherNumbers(word) {
  return [...new Set([...singulars(word), ...plurals(word)])].filter((other) => other.length > 1 && other !== word);
}
