/**
 * British spellings as American ones, so that both have one stem. Rules about how English words are built, each with the
 * roots it holds for where other words look alike (`colour`, but `contour`): two spellings of one word are of one class
 * as roots are, and the roots of each class are few. A rule never turns one common word into another.
 */

/** Where the common spelling is the British one, `aesthetic` and `archaeology`, the rule goes that way. */
const RULES: readonly [RegExp, string][] = [
  // -our
  [
    /(?<=arm|behavi|cand|clam|col|demean|dol|enam|endeav|fav|ferv|flav|glam|harb|hon|hum|lab|neighb|od|parl|ranc|rig|rum|savi|sav|splend|succ|tum|val|vap|vig|ard)our/,
    'or',
  ],
  // -re
  [/manoeuv/, 'maneuv'],
  [
    /^(.*(?:cent|fib|met|lit|theat|spect|calib|lust|somb|sab|mit|meag|och|nit|tit|goit|phil|scept|sepulch|louv|reconnoit|maneuv))re(s?)$/,
    '$1er$2',
  ],
  [/^(.*(?:cent|fib|mit|maneuv|reconnoit))r(ed|ing)$/, '$1er$2'],
  [/maneuvr(?=ab)/, 'maneuver'],
  // -ogue
  [/^(.*(?:catal|dial|anal|monol|homol|paral|travel|pedag|demag|synag))ogu(?:e(s)?)$/, '$1og$2'],
  [/^(.*(?:catal|dial))ogu(ed|ing|er|ers)$/, '$1og$2'],
  // -ence
  [/^(.*def|.*off|.*pret|.*lic)enc(e|es|ed|ing|eless)$/, '$1ens$2'],
  [/^((?:mal)?practi)s(e|ed|es|ing)$/, '$1c$2'],
  // -yse and -ise
  [
    /^(.*(?:anal|paral|catal|dial|hydrol|electrol|pyrol|proteol|photol|autol|thermol))ys(e|ed|ing|er|ers|able)$/,
    '$1yz$2',
  ],
  [
    /^((?:un|re|de|pre|non|over)?(?:real|util|ion|atom|oxid|ideal|item|dual|anod|moral|sanit|ster[ei]l|fert[ei]l|agon|bapt))is(e|es|ed|ing|er|ers|ation|ations|able)$/,
    '$1iz$2',
  ],
  // -ae- and -oe-
  [/haem/, 'hem'],
  [/^(.*)aemi(a|as|c|cs|cally)$/, '$1emi$2'],
  [/paed(?=[iao])/, 'ped'],
  [/anaesth/, 'anesth'],
  [/^esthet(.*)$/, 'aesthet$1'],
  [/^archeo(.*)$/, 'archaeo$1'],
  [/palaeo/, 'paleo'],
  [/aetiolog/, 'etiolog'],
  [/gynaec/, 'gynec'],
  [/^(.*)faec(es|al)$/, '$1fec$2'],
  [/^caesi(.*)$/, 'cesi$1'],
  [/^caesar(ean|ian)(s?)$/, 'cesarean$2'],
  [/^(medi|prim)aeval(.*)$/, '$1eval$2'],
  [/^(hy|n|)ae(on|ons|na|nas|vus|vi)$/, '$1e$2'],
  [/(?<=^|o)oe(?=sophag|str)/, 'e'],
  [/foet(?=us|al|id|o)/, 'fet'],
  [/oedem/, 'edem'],
  [/rrhoe/, 'rrhe'],
  [/pnoe/, 'pne'],
  [/^ameb(.*)$/, 'amoeb$1'],
  [/^homoeo(.*)$/, 'homeo$1'],
  [/^coeliac(s?)$/, 'celiac$1'],
  [/^oecumen(.*)$/, 'ecumen$1'],
  // One l or two
  [/^((?:re|bio|un)?(?:fuel|dial|duel))l(ed|ing|ings|er|ers)$/, '$1$2'],
  [/(?<=skil|wil)ful/, 'lful'],
  [/counsellor/, 'counselor'],
  [/^jewell(?:ery)$/, 'jewelry'],
  [/^wooll(en|y)$/, 'wool$1'],
  // Endings
  [/^(.*gram)me(s?)$/, '$1$2'],
  [/(?<=judg|acknowledg|abridg)ement/, 'ment'],
  [/^(un|im)?(siz|lik|us|sal|liv|mov|lov|nam|shar|trad|scal|tun|reus)eable(s?)$/, '$1$2able$3'],
  [/^(ag)eing$/, '$1ing'],
  [/^((?:un|re)?learn|burn|spoil|dream|lean)t$/, '$1ed'],
  [/^((?:re|un)?(?:focus|bias))s(ed|ing|es)$/, '$1$2'],
  [/^specialit(y|ies)$/, 'specialt$1'],
  [/^(in|de)flexion(s?)$/, '$1flection$2'],
  [/^adaptor(s?)$/, 'adapter$1'],
  [/^adviser(s?)$/, 'advisor$1'],
  // Roots
  [/sulph/, 'sulf'],
  [/aluminium/, 'aluminum'],
  [/^grey(?!hound)(.*)$/, 'gray$1'],
  [/plough/, 'plow'],
  [/^(mo|smo)(ul)(d|t|der)(s|ed|ing|y|ings|er|ers)?$/, '$1l$3$4'],
  [/^artefact(.*)$/, 'artifact$1'],
  [/^sceptic(.*)$/, 'skeptic$1'],
  [/^(mini|proto|sub|)disc(s?)$/, '$1disk$2'],
  [/^tyre(s?)$/, 'tire$1'],
  [/^draught(s?|y|ing)$/, 'draft$1'],
  [/^(multi)?storey(s?)$/, '$1story$2'],
  [/^cos(y|ier|iness)$/, 'coz$1'],
  [/^(.*)aeroplane(s?)$/, '$1airplane$2'],
  [/^pyjama(s?)$/, 'pajama$1'],
  [/^moustache(.*)$/, 'mustache$1'],
  [/^yoghurt(s?)$/, 'yogurt$1'],
  [/^mollusc(.*)$/, 'mollusk$1'],
  [/^enquir(.*)$/, 'inquir$1'],
];

/** Letters as bits: a to z are the first 26. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charCodeAt(i) - 97;
    if (letter >= 0 && letter < 26) letters |= 1 << letter;
  }
  return letters;
}

/** The letters that a rule's pattern has outside of its groups: a word that lacks one of them cannot match. */
function needsOf({ source }: RegExp): number {
  let outside = '';
  let depth = 0;
  for (const sign of source) {
    if (sign === '(') depth++;
    else if (sign === ')') depth--;
    else if (depth === 0) outside += sign;
  }
  return lettersOf(outside);
}

const NEEDS = RULES.map(([british]) => needsOf(british));

/** The American spelling of a word of small letters a to z, or the word itself. */
export function american(word: string): string {
  if (word.length < 4) return word;
  let spelt = word;
  let missing = ~lettersOf(spelt);
  for (let i = 0; i < RULES.length; i++) {
    if ((NEEDS[i]! & missing) !== 0) continue;
    const [british, by] = RULES[i]!;
    if (!british.test(spelt)) continue;
    spelt = spelt.replace(british, by);
    missing = ~lettersOf(spelt);
  }
  return spelt;
}
