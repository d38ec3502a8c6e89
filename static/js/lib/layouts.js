/**
 * Keyboards that a device may expect while its scanner types as on a US one: the sign of each of the 47 keys, without and with Shift.
 * A dead key, which gives its accent only together with the next sign, stands here as the combining accent.
 */
const US = ["`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./", "~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?"];
const SWISS = ["§1234567890'\u0302qwertzuiopü\u0308$asdfghjklöäyxcvbnm,.-", "°+\"*ç%&/()=?\u0300QWERTZUIOPè!£ASDFGHJKLéàYXCVBNM;:_"];
const SWEDISH = ["§1234567890+\u0301qwertyuiopå\u0308'asdfghjklöäzxcvbnm,.-", "½!\"#¤%&/()=?\u0300QWERTYUIOPÅ\u0302*ASDFGHJKLÖÄZXCVBNM;:_"];

const KEYBOARDS = [
  { title: "QWERTZ, as in German", keys: ["\u03021234567890ß\u0301qwertzuiopü+#asdfghjklöäyxcvbnm,.-", "°!\"§$%&/()=?\u0300QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_"] },
  { title: "QWERTZ, as in Swiss German", keys: [...SWISS] },
  { title: "QWERTZ, as in Swiss French", keys: [...SWISS.map((signs) => changed(signs, "üöäèéà", "èéàüöä"))] },
  { title: "AZERTY, as in French", keys: ["²&é\"'(-è_çà)=azertyuiop\u0302$*qsdfghjklmùwxcvbn,;:!", "~1234567890°+AZERTYUIOP\u0308£µQSDFGHJKLM%WXCVBN?./§"] },
  { title: "AZERTY, as in Belgian", keys: ["²&é\"'(§è!çà)-azertyuiop\u0302$µqsdfghjklmùwxcvbn,;:=", "³1234567890°_AZERTYUIOP\u0308*£QSDFGHJKLM%WXCVBN?./+"] },
  { title: "QWERTY, as in Spanish", keys: ["º1234567890'¡qwertyuiop\u0300+çasdfghjklñ\u0301zxcvbnm,.-", "ª!\"·$%&/()=?¿QWERTYUIOP\u0302*ÇASDFGHJKLÑ\u0308ZXCVBNM;:_"] },
  { title: "QWERTY, as in Latin American Spanish", keys: ["|1234567890'¿qwertyuiop\u0301+}asdfghjklñ{zxcvbnm,.-", "°!\"#$%&/()=?¡QWERTYUIOP\u0308*]ASDFGHJKLÑ[ZXCVBNM;:_"] },
  { title: "QWERTY, as in Italian", keys: ["\\1234567890'ìqwertyuiopè+ùasdfghjklòàzxcvbnm,.-", "|!\"£$%&/()=?^QWERTYUIOPé*§ASDFGHJKLç°ZXCVBNM;:_"] },
  { title: "QWERTY, as in Portuguese", keys: ["\\1234567890'«qwertyuiop+\u0301\u0303asdfghjklçºzxcvbnm,.-", "|!\"#$%&/()=?»QWERTYUIOP*\u0300\u0302ASDFGHJKLÇªZXCVBNM;:_"] },
  { title: "QWERTY, as in Brazilian Portuguese", keys: ["'1234567890-=qwertyuiop\u0301[]asdfghjklç\u0303zxcvbnm,.;", "\"!@#$%\u0308&*()_+QWERTYUIOP\u0300{}ASDFGHJKLÇ\u0302ZXCVBNM<>:"] },
  { title: "QWERTY, as in Swedish and Finnish", keys: [...SWEDISH] },
  { title: "QWERTY, as in Norwegian", keys: [...SWEDISH.map((signs) => changed(signs, "§½öäÖÄ\u0301", "|§øæØÆ\\"))] },
  { title: "QWERTY, as in Danish", keys: [...SWEDISH.map((signs) => changed(signs, "§½öäÖÄ", "½§æøÆØ"))] },
];
const MEANT = [...US.join("")];
const ACCENTS = { "\u0300": "`", "\u0301": "´", "\u0302": "^", "\u0303": "~", "\u0308": "¨" };

/**
 * Every keyboard of the list: its `title`, `pairs` of what arrives and what was meant (the accent of a dead key both alone and combined),
 * and `dead`: what the scanner means by a dead key, and the accent that arrives.
 */
export const LAYOUTS = KEYBOARDS.map(({ title, keys }) => {
  const signs = [...keys.join("")].map((sign, at) => [sign, MEANT[at]]);
  const dead = signs.filter(([sign]) => sign in ACCENTS).map(([accent, meant]) => [meant, ACCENTS[accent]]);
  return { title, pairs: [...dead.map(([meant, accent]) => [accent, meant]), ...signs], dead: new Map(dead) };
});

/** With Caps Lock upper case arrives for lower case, and lower for upper. */
export function swapped(sign) {
  const upper = sign.toUpperCase();
  return [...upper].length > 1 ? sign : sign === upper ? sign.toLowerCase() : upper;
}

function changed(signs, from, to) {
  const others = new Map([...from].map((sign, at) => [sign, [...to][at]]));
  return Array.from(signs, (sign) => others.get(sign) ?? sign).join("");
}
