// Numbers that come from the address bar or a box, clipped; the server checks them again.

const LARGEST_SEED = 9223372036854775807n;

function seedFrom(text) {
  const digits = String(text).trim();
  return /^[0-9]{1,19}$/.test(digits) && BigInt(digits) <= LARGEST_SEED ? BigInt(digits).toString() : null;
}

function between(text, low, high, otherwise) {
  const number = Number(text);
  return text !== null && text !== "" && Number.isFinite(number) ? Math.min(high, Math.max(low, number)) : otherwise;
}
