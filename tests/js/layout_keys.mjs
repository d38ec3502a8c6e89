/**
 * The keys of people's keyboards as their systems know them (after xkeyboard-config, as evdev's pc105 gives them), and what a US scanner's
 * keys come to on them. A dead key stands as its combining accent.
 */
const ROWS = {
  us: ["`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./", "~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?"],
  pl: ["`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./", "~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?"],
  gb: ["`1234567890-=qwertyuiop[]#asdfghjkl;'zxcvbnm,./", "¬!\"£$%^&*()_+QWERTYUIOP{}~ASDFGHJKL:@ZXCVBNM<>?"],
  de: ["\u03021234567890ß\u0301qwertzuiopü+#asdfghjklöäyxcvbnm,.-", "°!\"§$%&/()=?\u0300QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_"],
  ch: ["§1234567890'\u0302qwertzuiopü\u0308$asdfghjklöäyxcvbnm,.-", "°+\"*ç%&/()=?\u0300QWERTZUIOPè!£ASDFGHJKLéàYXCVBNM;:_"],
  "ch:fr": ["§1234567890'\u0302qwertzuiopè\u0308$asdfghjkléàyxcvbnm,.-", "°+\"*ç%&/()=?\u0300QWERTZUIOPü!£ASDFGHJKLöäYXCVBNM;:_"],
  fr: ["²&é\"'(-è_çà)=azertyuiop\u0302$*qsdfghjklmùwxcvbn,;:!", "~1234567890°+AZERTYUIOP\u0308£µQSDFGHJKLM%WXCVBN?./§"],
  be: ["²&é\"'(§è!çà)-azertyuiop\u0302$µqsdfghjklmùwxcvbn,;:=", "³1234567890°_AZERTYUIOP\u0308*£QSDFGHJKLM%WXCVBN?./+"],
  es: ["º1234567890'¡qwertyuiop\u0300+çasdfghjklñ\u0301zxcvbnm,.-", "ª!\"·$%&/()=?¿QWERTYUIOP\u0302*ÇASDFGHJKLÑ\u0308ZXCVBNM;:_"],
  latam: ["|1234567890'¿qwertyuiop\u0301+}asdfghjklñ{zxcvbnm,.-", "°!\"#$%&/()=?¡QWERTYUIOP\u0308*]ASDFGHJKLÑ[ZXCVBNM;:_"],
  it: ["\\1234567890'ìqwertyuiopè+ùasdfghjklòàzxcvbnm,.-", "|!\"£$%&/()=?^QWERTYUIOPé*§ASDFGHJKLç°ZXCVBNM;:_"],
  pt: ["\\1234567890'«qwertyuiop+\u0301\u0303asdfghjklçºzxcvbnm,.-", "|!\"#$%&/()=?»QWERTYUIOP*\u0300\u0302ASDFGHJKLÇªZXCVBNM;:_"],
  br: ["'1234567890-=qwertyuiop\u0301[]asdfghjklç\u0303zxcvbnm,.;", "\"!@#$%\u0308&*()_+QWERTYUIOP\u0300{}ASDFGHJKLÇ\u0302ZXCVBNM<>:"],
  se: ["§1234567890+\u0301qwertyuiopå\u0308'asdfghjklöäzxcvbnm,.-", "½!\"#¤%&/()=?\u0300QWERTYUIOPÅ\u0302*ASDFGHJKLÖÄZXCVBNM;:_"],
  no: ["|1234567890+\\qwertyuiopå\u0308'asdfghjkløæzxcvbnm,.-", "§!\"#¤%&/()=?\u0300QWERTYUIOPÅ\u0302*ASDFGHJKLØÆZXCVBNM;:_"],
  dk: ["½1234567890+\u0301qwertyuiopå\u0308'asdfghjklæøzxcvbnm,.-", "§!\"#¤%&/()=?\u0300QWERTYUIOPÅ\u0302*ASDFGHJKLÆØZXCVBNM;:_"],
};
const PLACES = ["Backquote", ...[..."1234567890"].map((digit) => `Digit${digit}`), "Minus", "Equal", ...letters("QWERTYUIOP"), "BracketLeft", "BracketRight", "Backslash",
  ...letters("ASDFGHJKL"), "Semicolon", "Quote", ...letters("ZXCVBNM"), "Comma", "Period", "Slash"];
const ALONE = { "\u0300": "`", "\u0301": "´", "\u0302": "^", "\u0303": "~", "\u0308": "¨" };

/** The signs of each keyboard in the order of `US_KEYS`: all keys without Shift, then all with it. */
export const KEYBOARDS = Object.fromEntries(Object.entries(ROWS).map(([id, rows]) => [id, [...rows.join("")]]));
export const US_KEYS = KEYBOARDS.us;

/** What one key of the scanner gives on a keyboard; the accent where it is dead. */
export function arrived(keyboard, sign) {
  return sign === " " ? " " : keyboard[US_KEYS.indexOf(sign)];
}

/**
 * The keydown events of a US scanner's code on a device with this keyboard, as Chromium gives them where no input method composes: a dead
 * key has no character (`key` is "Dead"), and the next one its own.
 */
export function events(keyboard, code, { caps = false } = {}) {
  return Array.from(code, (sign) => {
    if (sign === "\x1d") return { key: arrived(keyboard, "]"), code: "BracketRight", ctrlKey: true };
    if (sign === " ") return { key: " ", code: "Space", shiftKey: false };
    const at = US_KEYS.indexOf(sign);
    const char = keyboard[at];
    const key = char in ALONE ? "Dead" : caps ? swapped(char) : char;
    return { key, code: PLACES[at % PLACES.length], shiftKey: at >= PLACES.length };
  });
}

/** The text that the same keys come to where the system spells it out: an accent joins the letter behind it where there is such a letter. */
export function spelled(keyboard, code) {
  let text = "";
  let accent = "";
  for (const char of Array.from(code, (sign) => arrived(keyboard, sign))) {
    const joined = `${char}${accent}`.normalize("NFC");
    const isOne = accent && !(char in ALONE) && [...joined].length === 1;
    text += isOne ? joined : (ALONE[accent] ?? "") + (char in ALONE ? "" : char);
    accent = char in ALONE ? char : "";
  }
  return text + (ALONE[accent] ?? "");
}

function swapped(char) {
  const upper = char.toUpperCase();
  return [...upper].length > 1 ? char : char === upper ? char.toLowerCase() : upper;
}

function letters(row) {
  return Array.from(row, (letter) => `Key${letter}`);
}
