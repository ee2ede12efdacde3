/**
 * Where a paper was published, read from its note ("Accepted to CVPR 2025 (oral)") and its journal ("Phys. Rev. B 111,
 * 024501 (2025)"). Only what names a conference or journal is kept, so that it costs a few bytes a paper: an acronym with a
 * year, a name behind "accepted to" or "published in", or what stands before the volume. What was only submitted is
 * nowhere yet.
 */
import { VENUE } from './analysis.ts';
import { fold } from './fold.ts';

export interface Venue {
  /** Its name's words without those that say nothing, joined by hyphens: `cvpr`, `physical-review-b`. */
  slug: string;
  label: string;
  /** Four digits, or ''. */
  year: string;
}

/** What a paper was presented as, where its note says so. */
export const PRESENTED = ['oral', 'spotlight', 'highlight', 'workshop', 'findings', 'award'] as const;

const MOST_TEXT = 1_000;
const MOST_VENUES = 4;
const MOST_WORDS = 12;

/** Conferences by what their full names say they are about, which a note may give without the acronym. */
const CONFERENCES: readonly [RegExp, string][] = [
  [/computer vision and pattern recognition/i, 'CVPR'],
  [/winter conference on applications of computer vision/i, 'WACV'],
  [/european conference on computer vision/i, 'ECCV'],
  [/international conference on computer vision\b(?! theory)/i, 'ICCV'],
  [/british machine vision conference/i, 'BMVC'],
  [/neural information processing systems/i, 'NeurIPS'],
  [/conference on learning representations/i, 'ICLR'],
  [/international conference on machine learning\b(?! and)/i, 'ICML'],
  [/conference on artificial intelligence and statistics/i, 'AISTATS'],
  [/uncertainty in artificial intelligence/i, 'UAI'],
  [/aaai conference|association for the advancement of artificial intelligence/i, 'AAAI'],
  [/joint conferences? on artificial intelligence/i, 'IJCAI'],
  [/european conference on artificial intelligence/i, 'ECAI'],
  [/autonomous agents and multi-?agent systems/i, 'AAMAS'],
  [/north american chapter/i, 'NAACL'],
  [/european chapter of the association/i, 'EACL'],
  [/(?:annual meeting|findings) of the association for computational linguistics/i, 'ACL'],
  [/empirical methods in natural language/i, 'EMNLP'],
  [/conference on computational linguistics/i, 'COLING'],
  [/language resources and evaluation/i, 'LREC'],
  [/knowledge discovery and data mining/i, 'KDD'],
  [/research and development in information retrieval/i, 'SIGIR'],
  [/web search and data mining/i, 'WSDM'],
  [/information and knowledge management/i, 'CIKM'],
  [/the (?:acm )?web conference/i, 'WWW'],
  [/acoustics,? speech,? and signal processing/i, 'ICASSP'],
  [/conference on multimedia and expo/i, 'ICME'],
  [/conference on image processing/i, 'ICIP'],
  [/conference on pattern recognition/i, 'ICPR'],
  [/conference on robotics and automation/i, 'ICRA'],
  [/intelligent robots and systems/i, 'IROS'],
  [/conference on robot learning/i, 'CoRL'],
  [/medical image computing/i, 'MICCAI'],
  [/symposium on biomedical imaging/i, 'ISBI'],
  [/joint conference on neural networks/i, 'IJCNN'],
  [/acm (?:multimedia|mm\b)/i, 'ACM MM'],
  [/human factors in computing/i, 'CHI'],
  [/symposium on information theory/i, 'ISIT'],
];

/** Other names of the same; of journals, the acronyms people use. Keys as `slugOf` makes them. */
const ALIASES: Record<string, string> = {
  nips: 'NeurIPS',
  neurips: 'NeurIPS',
  sigkdd: 'KDD',
  acmmm: 'ACM MM',
  mm: 'ACM MM',
  'acm-multimedia': 'ACM MM',
  thewebconf: 'WWW',
  interspeech: 'Interspeech',
  cvprw: 'CVPR',
  iccvw: 'ICCV',
  eccvw: 'ECCV',
  lreccoling: 'LREC-COLING',
  prl: 'Physical Review Letters',
  pra: 'Physical Review A',
  prb: 'Physical Review B',
  prc: 'Physical Review C',
  prd: 'Physical Review D',
  pre: 'Physical Review E',
  prx: 'Physical Review X',
  rmp: 'Reviews of Modern Physics',
  apj: 'The Astrophysical Journal',
  apjl: 'The Astrophysical Journal Letters',
  mnras: 'Monthly Notices of the Royal Astronomical Society',
  jhep: 'Journal of High Energy Physics',
  jcap: 'Journal of Cosmology and Astroparticle Physics',
  pnas: 'Proceedings of the National Academy of Sciences',
  jmlr: 'Journal of Machine Learning Research',
  tmlr: 'Transactions on Machine Learning Research',
  tacl: 'Transactions of the Association for Computational Linguistics',
  tpami: 'IEEE Transactions on Pattern Analysis and Machine Intelligence',
  pami: 'IEEE Transactions on Pattern Analysis and Machine Intelligence',
  tip: 'IEEE Transactions on Image Processing',
  tmi: 'IEEE Transactions on Medical Imaging',
  tmm: 'IEEE Transactions on Multimedia',
  tnnls: 'IEEE Transactions on Neural Networks and Learning Systems',
  tcsvt: 'IEEE Transactions on Circuits and Systems for Video Technology',
  tgrs: 'IEEE Transactions on Geoscience and Remote Sensing',
  tkde: 'IEEE Transactions on Knowledge and Data Engineering',
  ral: 'IEEE Robotics and Automation Letters',
  jbhi: 'IEEE Journal of Biomedical and Health Informatics',
  ijcv: 'International Journal of Computer Vision',
  jair: 'Journal of Artificial Intelligence Research',
};

/** Words of journals' names as they are shortened (ISO 4), without the dot. */
const SHORTENED: Record<string, string> = Object.fromEntries(
  (
    'acad academy acoust acoustics adv advances am american anal analysis ann annals appl applied artif artificial assoc ' +
    'association astron astronomical astrophys astrophysical bioinf bioinformatics biol biology bull bulletin chem ' +
    'chemistry class classical commun communications comp computational comput computer condens condensed cosmol ' +
    'cosmology dyn dynamics electron electronic eng engineering environ environmental eur european exp experimental ' +
    'fluid fluid geophys geophysical grav gravity inf information instrum instruments int international intell intelligence ' +
    'j journal lett letters mach machine mater materials math mathematical meas measurement mech mechanics med medical ' +
    'meth methods methodol methodology mod modern mol molecular mon monthly natl national netw networks not notices nucl ' +
    'nuclear numer numerical opt optics part particles process processing proc proceedings prog progress q quarterly ' +
    'quant quantum r royal rep reports res research rev review roy royal sci science ser series soc society spectrosc ' +
    'spectroscopy stat statistics struct structural surf surface symp symposium sys systems syst systems technol technology ' +
    'theor theoretical trans transactions univ university phys physics'
  )
    .split(' ')
    .reduce<[string, string][]>((pairs, word, i, all) => {
      if (i % 2 === 0) pairs.push([word, all[i + 1]!]);
      return pairs;
    }, []),
);

const SMALL = new Set('a an and at de for in of on the to'.split(' '));
/** Capitals with a year that are no venue. */
const NOT_VENUES = new Set(
  'doi msc ams pacs usa uk us eu ai ml si ieee acm arxiv cc by gpu llm llms man arr icpsr isbn issn nsf pdf url version covid'.split(
    ' ',
  ),
);

const PUBLISHED =
  /\b(?:accept|publish|appear|present|proceedings|in press|camera|poster|oral|spotlight|highlight|award|workshop|conference|findings|at)/i;
const SUBMITTED = /\b(?:submi|under review|in review|under consideration)/i;
const ACRONYM =
  /(?:^|[^A-Za-z0-9])((?:ACM )?[A-Z][A-Za-z]{0,12}[A-Z][A-Za-z]{0,6}(?:-[A-Z]{3,8})?|Interspeech)\)?(?:[ ,:-]{1,2}|(?=['’\d]))(?:(?:Main|Conference|Workshops?|Findings|Industry|Track|Demo|Asia|ASIA)[ ,]{1,2}){0,2}['’(]{0,2}((?:19|20)\d\d|\d\d(?!\d))/g;
const KNOWN_ALONE =
  /\b(CVPR|ICCV|ECCV|WACV|BMVC|NeurIPS|NIPS|ICLR|ICML|AISTATS|AAAI|IJCAI|ACL|EMNLP|NAACL|EACL|COLING|KDD|SIGIR|ICASSP|ICRA|IROS|CoRL|MICCAI|TMLR|JMLR|TPAMI|TACL|Interspeech|INTERSPEECH)\b/;
const NAME =
  /\b(?:[Aa]ccepted|[Pp]ublished|[Aa]ppears?|[Pp]ublication|[Pp]ress)\b[^.;]{0,40}?\b(?:in|by|at|to|for)\s{1,2}(?:the\s)?((?:[A-Z][\w&’'-]{0,30}|of|on|in|and|the|for|&)(?:,?\s(?:[A-Z][\w&’'-]{0,30}|of|on|in|and|the|for|&)){1,12})/;
/** What a name does not end with. */
const IDLE_END = /^(?:of|on|in|and|the|for|&|[A-Z]{2,}\d*)$/;
/** A single word that is a journal. */
const JOURNALS = new Set('nature science cell physica quantum chaos neuron elife'.split(' '));
const IS_JOURNAL =
  /\b(?:journal|transactions|letters|reviews?|annals|bulletin|proceedings|communications|notices|advances|reports|magazine|access|science|nature|physica|physics|analysis|recognition|systems|fusion|networks|intelligence|research)\b/i;

/** Any of the above, or what else may name a venue: most notes only count pages. */
// bounded: made of the patterns above, none of which repeats anything.
const ANY_CONFERENCE = new RegExp(CONFERENCES.map(([about]) => about.source).join('|'), 'i');
const MAY_NAME =
  /[A-Z][A-Za-z]{0,8}[A-Z]|Interspeech|accept|publish|appear|press\b|present|conference|proceedings/i;
const ADDRESS = /https?:\/\/\S{1,300}/g;
// bounded: the words above, as they stand.
const AS_PRESENTED = PRESENTED.map((as) => [as, new RegExp(`\\b${as}`, 'i')] as const);

/** The words of a venue's name as they are compared. */
export function venueWords(name: string): string[] {
  const words = fold(name).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words
    .map((word, i) => {
      if (word === 'phys')
        return words[i + 1] === 'rev' || words[i + 1] === 'review' ? 'physical' : 'physics';
      return Object.hasOwn(SHORTENED, word) ? SHORTENED[word]! : word;
    })
    .filter((word) => !SMALL.has(word));
}

/** A venue's slug, by whichever of its names. */
export function slugOf(name: string): string {
  if (/ (?:conference|symposium|meeting|on|processing) /i.test(name)) {
    const conference = ANY_CONFERENCE.test(name)
      ? CONFERENCES.find(([about]) => about.test(name))
      : undefined;
    if (conference) return venueWords(conference[1]).join('-');
  }
  const slug = venueWords(name).join('-');
  const joined = slug.replaceAll('-', '');
  const known = Object.hasOwn(ALIASES, slug)
    ? ALIASES[slug]
    : Object.hasOwn(ALIASES, joined)
      ? ALIASES[joined]
      : null;
  return known ? venueWords(known).join('-') : slug;
}

/** Venues that go by several names, by slug. */
const USUAL = new Map(
  [...Object.values(ALIASES), ...CONFERENCES.map(([, name]) => name)].map((name) => [
    venueWords(name).join('-'),
    name,
  ]),
);

/** What the full names of conferences begin with, which go by their acronyms here. */
const BEGINNINGS = new Set(
  'acm annual association british conference empirical european ieee international neural north phys the winter'.split(
    ' ',
  ),
);

/** Whether a word is another name of a venue, or may begin one. */
export const isOtherName = (word: string): boolean => BEGINNINGS.has(word) || Object.hasOwn(ALIASES, word);

/** How a venue is called: by its usual name, where it goes by several. */
function named(given: string, year: string): Venue {
  const name = /^ACM [A-Z]{3}/.test(given) ? given.slice(4) : given;
  const slug = slugOf(name);
  return { slug, label: USUAL.get(slug) ?? name, year };
}

/** Every venue that a note and a journal name, each once, and what the paper was presented as. */
export function venuesIn(note: string, journal: string): { venues: Venue[]; presented: string[] } {
  const found = new Map<string, Venue>();
  const add = (venue: Venue): void => {
    const known = found.get(venue.slug);
    if (venue.slug.length < 2 || NOT_VENUES.has(venue.slug)) return;
    if (known ? known.year === '' : found.size < MOST_VENUES) found.set(venue.slug, venue);
  };
  const presented = new Set<string>();
  const read = MAY_NAME.test(note) ? note.slice(0, MOST_TEXT).replace(ADDRESS, ' ') : '';
  for (const clause of read.split(/[;\n]|\.(?=\s|$)/)) {
    if (SUBMITTED.test(clause) && !/accept|published/i.test(clause)) continue;
    const before = found.size;
    inClause(clause, add);
    if (found.size === before) continue;
    for (const [as, says] of AS_PRESENTED) if (says.test(read)) presented.add(as);
  }
  const published = inJournal(journal.slice(0, 300));
  if (published) add(published);
  return { venues: [...found.values()], presented: [...presented] };
}

function inClause(clause: string, add: (venue: Venue) => void): void {
  const year = /\b(?:19|20)\d\d\b/.exec(clause)?.[0] ?? '';
  const isConference = ANY_CONFERENCE.test(clause);
  if (isConference)
    for (const [about, acronym] of CONFERENCES) if (about.test(clause)) add(named(acronym, year));
  const isPublished = PUBLISHED.test(clause);
  for (const [whole, acronym, when] of clause.matchAll(ACRONYM)) {
    const known = Object.hasOwn(ALIASES, acronym!.toLowerCase()) || KNOWN_ALONE.test(acronym!);
    // "5 pages, ABC 12" is nothing; "CVPR'25" is.
    if (when!.length === 2 && !/['’-]\d\d$|[A-Za-z]\d\d$/.test(whole)) continue;
    if (!known && !isPublished && clause.trim().length > whole.trim().length + 2) continue;
    add(named(acronym!, when!.length === 2 ? `20${when}` : when!));
  }
  if (!isPublished) return;
  const alone = KNOWN_ALONE.exec(clause)?.[0];
  if (alone) add(named(alone, year));
  const name = NAME.exec(clause)?.[1];
  if (name === undefined || isConference) return;
  const said = name.replace(/^(?:The|the)\s/, '').split(/,?\s/);
  while (said.length > 0 && IDLE_END.test(said.at(-1)!)) said.pop();
  const tidy = said.join(' ');
  const words = tidy.split(/\s/);
  if (words.length < 2 || words.length > MOST_WORDS || !IS_JOURNAL.test(tidy)) return;
  add(named(tidy, year));
}

/** The name before the volume of a printed reference to a journal. */
function inJournal(journal: string): Venue | null {
  if (journal.trim() === '') return null;
  const year =
    /\((?:[A-Za-z. ]{0,12})((?:19|20)\d\d)/.exec(journal)?.[1] ??
    /\b(?:19|20)\d\d\b/.exec(journal)?.[0] ??
    '';
  const conference =
    CONFERENCES.find(([about]) => about.test(journal))?.[1] ?? KNOWN_ALONE.exec(journal)?.[0];
  if (conference) return named(conference, year);
  // "Phys.Rev.D103:123" and "Nature 590, 1 (2021)".
  const name = /^(?:in:?\s)?([^\d(;]{2,120})/i
    .exec(journal)?.[1]
    ?.replace(/[,\s]{0,3}(?:vol(?:ume)?\.?|no\.?)?[,\s.:]{0,5}$/i, '');
  if (name === undefined) return null;
  const words = venueWords(name);
  if (words.length === 0 || words.length > MOST_WORDS || (words.length === 1 && words[0]!.length < 3))
    return null;
  if (words.length === 1 && !JOURNALS.has(words[0]!) && !/^[A-Z]/.test(name)) return null;
  // A shortened name is written out.
  const label = /\./.test(name) ? writtenOut(words) : name.trim();
  return named(label, year);
}

/** "J. Phys." is the Journal of Physics, "Astrophys. J. Lett." the Astrophysical Journal Letters. */
const writtenOut = (words: readonly string[]): string =>
  words
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join(' ')
    .replace(/^((?:New |International |European )?Journal) (?!Letters)/, '$1 of ');

/** A venue as a term: all its papers of a year. */
export const venueTerm = ({ slug, label, year }: Venue): string =>
  `${VENUE}${slug.slice(0, 120)}\0${label.slice(0, 120)}\0${year}`;
