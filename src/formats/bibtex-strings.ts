/** BibTeX abbreviations: those a file defines (`@string`), and those that styles and packages provide. */

/** Longer than any real abbreviation; without a limit, abbreviations built from others could grow endlessly. */
const MOST_STRINGS = 10_000;
const LONGEST = 10_000;
const MOST_CHARACTERS = 4_000_000;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** What BibTeX's own styles (`plain.bst` and its relatives) define. */
const STYLES: Record<string, string> = {
  acmcs: 'ACM Computing Surveys',
  acta: 'Acta Informatica',
  cacm: 'Communications of the ACM',
  ibmjrd: 'IBM Journal of Research and Development',
  ibmsj: 'IBM Systems Journal',
  ieeese: 'IEEE Transactions on Software Engineering',
  ieeetc: 'IEEE Transactions on Computers',
  ieeetcad: 'IEEE Transactions on Computer-Aided Design of Integrated Circuits',
  ipl: 'Information Processing Letters',
  jacm: 'Journal of the ACM',
  jcss: 'Journal of Computer and System Sciences',
  scp: 'Science of Computer Programming',
  sicomp: 'SIAM Journal on Computing',
  tocs: 'ACM Transactions on Computer Systems',
  tods: 'ACM Transactions on Database Systems',
  tog: 'ACM Transactions on Graphics',
  toms: 'ACM Transactions on Mathematical Software',
  toois: 'ACM Transactions on Office Information Systems',
  toplas: 'ACM Transactions on Programming Languages and Systems',
  tcs: 'Theoretical Computer Science',
};

/** The journals of `aas_macros.sty`, which ADS writes as commands (`\apj`), and a few of REVTeX. */
const JOURNALS: Record<string, string> = {
  aj: 'AJ',
  actaa: 'Acta Astron.',
  an: 'Astron. Nachr.',
  ao: 'Appl. Opt.',
  aap: 'A&A',
  aapr: 'A&A Rev.',
  aaps: 'A&AS',
  aas: 'AAS Meeting Abstracts',
  aplett: 'Astrophys. Lett.',
  apj: 'ApJ',
  apjl: 'ApJL',
  apjlett: 'ApJL',
  apjs: 'ApJS',
  apjsupp: 'ApJS',
  applopt: 'Appl. Opt.',
  apspr: 'Astrophys. Space Phys. Res.',
  apss: 'Ap&SS',
  araa: 'ARA&A',
  astap: 'A&A',
  azh: 'AZh',
  baas: 'BAAS',
  bac: 'Bull. Astron. Inst. Czech.',
  bain: 'Bull. Astron. Inst. Netherlands',
  caa: 'Chinese Astron. Astrophys.',
  cjaa: 'Chinese J. Astron. Astrophys.',
  dps: 'AAS Division for Planetary Sciences Meeting Abstracts',
  fcp: 'Fund. Cosmic Phys.',
  gca: 'Geochim. Cosmochim. Acta',
  grl: 'Geophys. Res. Lett.',
  iaucirc: 'IAU Circ.',
  icarus: 'Icarus',
  jaavso: 'JAAVSO',
  jcap: 'J. Cosmology Astropart. Phys.',
  jcp: 'J. Chem. Phys.',
  jgr: 'J. Geophys. Res.',
  jqsrt: 'J. Quant. Spectrosc. Radiat. Transf.',
  jrasc: 'JRASC',
  maps: 'Meteorit. Planet. Sci.',
  memras: 'MmRAS',
  memsai: 'Mem. Soc. Astron. Italiana',
  mnras: 'MNRAS',
  na: 'New A',
  nar: 'New A Rev.',
  nat: 'Nature',
  natast: 'Nature Astronomy',
  nphysa: 'Nucl. Phys. A',
  pasa: 'PASA',
  pasj: 'PASJ',
  pasp: 'PASP',
  physrep: 'Phys. Rep.',
  physscr: 'Phys. Scr.',
  planss: 'Planet. Space Sci.',
  pra: 'Phys. Rev. A',
  prb: 'Phys. Rev. B',
  prc: 'Phys. Rev. C',
  prd: 'Phys. Rev. D',
  pre: 'Phys. Rev. E',
  prl: 'Phys. Rev. Lett.',
  prx: 'Phys. Rev. X',
  procspie: 'Proc. SPIE',
  psj: 'PSJ',
  qjras: 'QJRAS',
  rmp: 'Rev. Mod. Phys.',
  rmxaa: 'Rev. Mexicana Astron. Astrofis.',
  rnaas: 'RNAAS',
  skytel: 'S&T',
  solphys: 'Sol. Phys.',
  sovast: 'Soviet Ast.',
  ssr: 'Space Sci. Rev.',
  zap: 'ZAp',
};

/** Expands `\apj` and the like in the text of a journal field. */
export const withJournals = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\([a-z]{2,8})(?![a-zA-Z])(?:\{\})?/g, (found, name: string) =>
        Object.hasOwn(JOURNALS, name) ? JOURNALS[name]!.replaceAll('&', '\\&') : found,
      )
    : text;

/** Abbreviations by name, ignoring case. */
export class Abbreviations {
  readonly #texts = new Map<string, string>();
  #characters = 0;

  /** Defines `name`; a later definition replaces it from then on. False: there are too many, or it is too long. */
  add(name: string, text: string): boolean {
    const key = name.toLowerCase();
    const more = key.length + text.length - (this.#texts.get(key)?.length ?? -key.length);
    if (text.length > LONGEST || this.#characters + more > MOST_CHARACTERS) return false;
    if (this.#texts.size >= MOST_STRINGS && !this.#texts.has(key)) return false;
    this.#characters += more;
    this.#texts.set(key, text);
    return true;
  }

  /** What `name` stands for in the field `field`, or undefined if it is not defined. */
  get(name: string, field: string): string | undefined {
    const key = name.toLowerCase();
    const own = this.#texts.get(key);
    if (own !== undefined) return own;
    // Styles define the twelve months; people write others.
    if (MONTHS.includes(key) || field === 'month') return name;
    if (Object.hasOwn(STYLES, key)) return STYLES[key];
    return field === 'journal' && Object.hasOwn(JOURNALS, key)
      ? JOURNALS[key]!.replaceAll('&', '\\&')
      : undefined;
  }
}
