/** Makes a version 7 UUID (RFC 9562): 48 bits of time, then chance. `crypto.randomUUID` does not exist on plain http. */
export function uuid7(now = Date.now(), fill = (bytes) => crypto.getRandomValues(bytes)) {
  const bytes = fill(new Uint8Array(16));
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (40 - 8 * i)) % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Makes the name a device keeps as long as its store lives, such as `d-7f3a09c41b2e`. */
export function deviceName(fill = (bytes) => crypto.getRandomValues(bytes)) {
  return `d-${hex(fill(new Uint8Array(6)))}`;
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
