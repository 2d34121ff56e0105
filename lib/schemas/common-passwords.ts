/**
 * Words people reach for first, in lower case: our own list from habits (names of the product and of its parts,
 * keyboard rows, greetings, pets, sports, seasons, months, years). Matched against the whole password and against the
 * password without digits and signs around it.
 */
const commonPasswords: ReadonlySet<string> = new Set(
  `
  password passw0rd passwort p@ssword p@ssw0rd pa55word passphrase mypassword thepassword newpassword oldpassword
  letmein letmeinnow letmeinplease openup opensesame welcome welcomeback welcomehome hello hellohello helloworld
  goodmorning goodnight changeme changemenow changeit change-me change-this changethis replaceme default defaultpassword
  secret secrets topsecret mysecret secretpassword supersecret verysecret private confidential
  admin admins administrator adminadmin sysadmin superadmin root rootroot toor superuser owner operator manager
  guest user username login logmein signin test testing tester testtest testpassword demo demodemo example sample
  temp temporary temppassword trial qwerty qwertz azerty qwertyuiop qwertzuiop azertyuiop asdf asdfgh asdfghjkl
  zxcvbn zxcvbnm qazwsx qazwsxedc wsxedc 1qaz2wsx 1q2w3e4r 1q2w3e4r5t 1q2w3e q1w2e3r4 qweasd qweasdzxc asdqwe
  abc abcd abcdef abcdefg abcdefgh abcdefghij abcabc abcdabcd aabbcc iloveyou ilovehim ilover iloveme loveyou
  lovely mylove forever together princess prince sunshine moonlight starlight rainbow butterfly flower flowers
  dragon dragonfly monkey donkey tiger lion panther eagle falcon phoenix unicorn dolphin shadow ghost ninja samurai
  master masterkey mastermind jordan michael michelle daniel jessica jennifer ashley charlie thomas robert andrew
  matthew joshua nicole maggie buddy ginger pepper cookie chocolate banana orange apple cheese pizza coffee
  football baseball basketball volleyball soccer hockey tennis liverpool arsenal chelsea barcelona juventus
  superman batman spiderman ironman pokemon pikachu starwars matrix trustno1 trustnoone freedom whatever nothing
  nopassword blank computer internet laptop keyboard samsung google android windows linux ubuntu docker
  kubernetes database postgres mysql mariadb sqlite redis mongodb server gateway proxy router sluice sluicegate
  openai chatgpt anthropic gemini claude mistral llama apikey api-key aigateway
  summer winter spring autumn january february march april june july august september october november december
  monday tuesday wednesday thursday friday saturday sunday christmas halloween birthday family friends
  correcthorsebatterystaple killer hunter hunter2 access accessdenied security secure cheese123 money dollar
  `
    .trim()
    .split(/\s+/),
);

/** Whether a password is among the first that anybody would try. */
export function isCommonPassword(password: string): boolean {
  const word = password.normalize("NFKC").trim().toLowerCase();
  const core = word.replace(/^[^\p{Letter}]+|[^\p{Letter}]+$/gu, "");
  return (
    commonPasswords.has(word) ||
    // "Summer2026!" is still "summer": signs around a common word do not make it rare.
    (commonPasswords.has(core) && word.length - core.length <= 6) ||
    new Set(word).size <= 2 ||
    isRun(word)
  );
}

/** Neighbouring code points, upwards or downwards, all the way: `1234567890`, `zyxwvuts`. */
function isRun(word: string): boolean {
  const codes = [...word].map((character) => character.codePointAt(0) ?? 0);
  return [1, -1].some((step) =>
    codes.every((code, i) => {
      const before = codes[i - 1];
      if (before === undefined || code === before + step) return true;
      // The digit row ends in 0: 1234567890 and 0987654321 are runs too.
      return step === 1 ? before === 0x39 && code === 0x30 : before === 0x30 && code === 0x39;
    }),
  );
}
