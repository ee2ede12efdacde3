/** The words the rules know. Each list holds one kind of word; the code that uses it says how. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const numbers = (by: Readonly<Record<string, number>>): ReadonlyMap<string, number> =>
  new Map(Object.entries(by));

export const NUMBER_WORDS: ReadonlyMap<string, number> = numbers({
  zero: 0,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
});

export const TENS: ReadonlyMap<string, number> = numbers({
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
});

export const SCALES: ReadonlyMap<string, number> = numbers({
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
  dozen: 12,
});

/** Units of time, in seconds. */
export const TIMES: ReadonlyMap<string, number> = numbers({
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  ms: 1e-3,
  msec: 1e-3,
  millisecond: 1e-3,
  milliseconds: 1e-3,
  μs: 1e-6,
  µs: 1e-6,
  microsecond: 1e-6,
  microseconds: 1e-6,
  ns: 1e-9,
  nanoseconds: 1e-9,
  ps: 1e-12,
  picoseconds: 1e-12,
  fs: 1e-15,
  femtoseconds: 1e-15,
  min: 60,
  mins: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hrs: 3600,
  hour: 3600,
  hours: 3600,
  day: 86400,
  days: 86400,
  week: 604800,
  weeks: 604800,
  month: 2629800,
  months: 2629800,
  year: 31557600,
  years: 31557600,
  yr: 31557600,
  yrs: 31557600,
});

/** Units of measure, with their case. */
export const MEASURES = words(
  `dB dBm dBi dBc K mK μK µK nm μm µm mm cm m km pm fm Å angstrom angstroms meters meter metres kilometers Hz kHz MHz
  GHz THz mHz eV meV keV MeV GeV TeV J mJ kJ W mW kW MW GW mV V kV mA A μA µA nA pA T mT kT Tesla Pa kPa MPa GPa bar mbar GB MB
  KB TB PB kB GiB MiB KiB Gbps Mbps Tbps kbps Gb Mb fps FPS FLOPs GFLOPs TFLOPs TFLOPS GFLOPS TOPS GOPS PFLOPs GMACs Mpc kpc
  pc Gpc Myr Gyr AU au kg g mg kN N mN nN mol mmol mM μM µM nM wt vol ppm ppb deg degrees degree rad mrad arcsec arcmin
  Ω kΩ mΩ MΩ F mF μF µF C °C lux cd lm GPM rpm RPM bits bit bpp bps bpm qps QPS bytes byte kilobytes megabytes gigabytes
  dollars USD EUR euros cents kWh MWh TWh Wh ℃ mW/cm2 m/s km/s cm/s GB/s MB/s Gb/s tokens/s tok/s samples/s frames/s it/s
  Gbit Mbit Tbit kbit Oe kOe emu dBZ dBm/Hz kOhm Bohr
  TOPS/W GHz/s mm2 cm2 m2 km2 m3 cm3 Mpix MP erg Jy mJy Da kDa cal kcal amu sigma sigmas`,
);

/** Prepositions, conjunctions, pronouns and auxiliaries: no noun phrase extends past them. */
export const STOPS = words(
  `of in on at by for from with without within to into onto across over under above below between among amongst against
  via per through throughout during after before since until than as like unlike versus vs vs. beyond around near about
  toward towards upon along despite except including excluding regarding concerning
  and or but nor yet so while whereas although though because if unless when where whether which that who whose whom what
  how why then thus hence therefore also both either neither not only even still just respectively
  is are was were be been being am has have had do does did can could may might must shall should will would
  we our us i they their them it its he she his her this these those you your
  the a an each every all any some no another other same such more most less least fewer much many
  up down out off achieve achieves achieved achieving reach reaches reached reaching show shows showed shown showing
  demonstrate demonstrates demonstrated demonstrating outperform outperforms outperforming surpass surpasses surpassing
  reveal reveals revealing yield yields yielding indicate indicates indicating suggest suggests suggesting find finds
  found finding using used use uses based compared comparing relative given due result results resulting lead leads
  leading requires require requiring enable enables enabling allow allows allowing provide provides providing making
  make makes made remain remains exceed exceeds exceeding obtain obtains obtained obtaining attain attains attaining
  ranging spanning covering comprising consisting containing include includes featuring improving improve improves
  reducing reduce reduces reduced increasing increase increases cutting cut delivering delivers generating maintaining
  keeping preserving corresponding totaling collected drawn generated produced created built evaluated tested trained
  annotated-by considered designed according together alongside respectively. i.e e.g however namely approximately roughly nearly almost
  about around exceeding`,
);

/** Words before a noun phrase that are not part of it. */
export const DETERMINERS = words('the a an its our their this these those each all both any some every');

/** Words of `STOPS` that can stand before a noun as an adjective: “two widely used benchmarks”. */
export const ADJECTIVAL = words(
  `leading used generated collected annotated produced created tested trained evaluated designed considered found improved reduced
  increased other same more most improving existing given only given independent`,
);

/** Plural nouns without -s, and nouns that can be counted anyway. */
export const PLURALS = words(
  `people participants children men women data media phenomena criteria matrices indices vertices species series
  mice fish cattle personnel staff police corpora spectra genera bacteria algae fungi nuclei loci foci stimuli
  hypotheses analyses theses schemata minima maxima optima quanta schemas lemmata automata formulae alumni`,
);

/** Words ending in -s that are not plurals. */
export const SINGULARS = words(
  `various previous numerous diverse continuous discrete autonomous heterogeneous homogeneous simultaneous class loss
  process cross across analysis basis synthesis hypothesis bias consensus focus status corpus virus physics news
  graphics mathematics robotics linguistics economics dynamics statistics mechanics kinematics genetics electronics
  always thus less plus access success address stress glass gas canvas bus lens mass this its has was is as us os
  business progress fitness robustness wireless lossless seamless endless harmless Bayes Gauss axis diagnosis
  electrics optics ethics photonics acoustics hydrodynamics thermodynamics bioinformatics`,
);

/** Things that are tried in an evaluation; how many there were is seldom the headline. */
export const TRIED = words(
  `models model baselines baseline benchmarks benchmark datasets dataset tasks task methods method backbones backbone
  architectures domains domain languages metrics settings scenarios environments topics categories algorithms approaches
  competitors systems seeds runs llms vlms mllms lmms llm agents classifiers detectors encoders sets configurations
  families competitors scales levels simulators games conditions modalities areas disciplines subjects fields regions platforms
  collections splits corpora suites sub-tasks subtasks data-sets types attacks defenses setups setups optimizers
  applications dimensions evaluators judges annotators experts teams studies case-studies cases experiments robots
  cities countries hospitals institutions centers sites cohorts crops sensors devices gpus cores nodes
  paradigms providers frameworks variants strategies`,
);

/** Nouns for parts of a method or an argument: small numbers of these are not findings. */
export const STRUCTURE = words(
  `components component stages stage modules module steps step parts part aspects contributions challenges challenge limitations
  limitation paradigms ideas questions ways factors kinds groups phases principles perspectives reasons properties assumptions
  branches streams pathways layers objectives issues problems insights observations pillars features axes terms
  mechanisms variables ingredients directions techniques sub-problems subproblems criteria roles views sides ends cases
  points operations blocks sources elements innovations designs losses heads forms innovations regimes threads players
  strategies approaches methods types categories dimensions levels classes variants settings scenarios modes
  characteristics agents networks spaces tracks forces particles electrons bodies theorems results goals sets scales
  hypotheses time times years decades sections folds works lines papers sub-tasks tiers versions representations
  conditions parameters states dots qubits spins bands layers-of sub-networks subnetworks`,
);

/** Nouns that say how widely something was evaluated: even small numbers of these count. */
export const BREADTH = words(
  `benchmarks benchmark datasets dataset data-sets baselines tasks languages domains models llms vlms mllms backbones
  cities hospitals countries games corpora environments applications experiments studies participants users patients
  subjects experts annotators robots platforms metrics topics architectures families competitors cohorts simulators institutions
  universities case-studies collections test-sets testbeds disciplines systems programs projects repositories
  vendors providers courses test-sets scenarios students teachers raters respondents interviews simulations scenes sites attacks
  methods algorithms suites subtasks stars galaxies clusters planets candidates events targets`,
);

/** Names of measures: what a bare number near one of them measures. */
export const METRICS = words(
  `accuracy accuracies precision recall f1 f1-score f1-scores f-score f-measure auc auroc auprc roc-auc roc auc-roc map mAP ap mrr ndcg ndcg@10 bleu
  rouge rouge-l chrf comet meteor cider spice bertscore wer cer eer psnr ssim lpips fid kid fvd rfid gfid miou iou dice dsc hd95
  rmse mae mse mape nrmse smape r2 error errors perplexity ppl loss score scores rate rates latency throughput
  speedup speed speed-up speedups memory cost costs correlation coefficient kappa agreement sensitivity specificity efficiency
  performance improvement improvements gain gains reduction reductions increase decrease drop success pass pass@1 pass@k win
  overhead time runtime energy power consumption size bandwidth gap fidelity mcc crps ece brier nmi ari
  silhouette elo probability ratio bias variance distance bler ber snr sinr sdr si-sdr pesq stoi mos r-squared r^2
  mean average median std deviation intensity density mass temperature yield conversion confidence degradation
  lift boost advantage faithfulness robustness quality compression acceleration savings
  accurate correct`,
);

/** Words showing that the authors are talking about what they did. */
export const OWN = words('we our us ours i my herein here');
/** Nouns after “this”, “the present”: the paper itself. */
export const PAPER = words(
  'paper work study article letter report survey review thesis research contribution manuscript project note chapter investigation dissertation tutorial',
);

/** Verbs of results. */
export const RESULT = words(
  `achieve achieves achieved achieving obtain obtains obtained obtaining reach reaches reached reaching attain attains
  attained attaining yield yields yielded yielding outperform outperforms outperformed outperforming improve improves
  improved improving reduce reduces reduced reducing increase increases increased increasing decrease decreases decreased
  decreasing surpass surpasses surpassed surpassing exceed exceeds exceeded exceeding show shows showed shown showing
  demonstrate demonstrates demonstrated demonstrating find finds found reveal reveals revealed revealing report reports
  reported result results resulting experiments experimental evaluation evaluations deliver delivers delivered
  delivering gain gains gained gaining boost boosts boosted boosting cut cuts cutting lower lowers lowered lowering
  drop drops dropped dropping fall falls fell rise rises rose accelerate accelerates accelerating accelerated speedup
  speedups speed-up save saves saved saving savings improvement improvements reduction reductions enhance enhances enhanced
  enhancing raise raises raised raising detect detects detected identify identifies identified identifying recover
  recovers recovered retain retains retained retaining preserve preserves preserving maintains maintain maintaining
  observe observed observing measure measured measuring estimate estimated determine determined discover discovered
  score scores scored scoring success accounts explain explains beat beats beating halve halves halved halving shrink shrinks
  compress compresses compressed compressing solve solves solved solving predict predicts predicted generalizes
  confirm confirms confirmed validate validated validates indicate indicates indicated degrade degrades degraded
  produce produces produced producing rank ranks ranked ranking correctly requires require requiring provides provide providing enables enabling enable
  degradation decline declines advantage faster fewer higher lower better smaller larger more less cheaper slower best compared outperformance
  converge converges fails fail failing`,
);

/** Verbs by which something is made or gathered, and what it holds. */
export const BUILT = words(
  `introduce introduces introduced introducing present presents presented presenting propose proposes proposed release
  releases released releasing construct constructs constructed constructing build builds built building create creates created creating
  collect collects collected collecting curate curates curated curating compile compiles compiled compiling annotate annotated
  annotating comprise comprises comprising consist consists consisting contain contains containing include includes
  including cover covers covering span spans spanning feature features featuring encompass encompasses encompassing
  offer offers offering develop develops developed developing assemble assembled assembling gather gathered sourced drawn derived generate generated
  synthesize synthesized totaling totalling dataset benchmark corpus collection catalog catalogue database survey surveyed analyze
  analyzes analyzed analyzing analyse analysed review reviewed reviewing study studied examine examined examining
  interview interviewed interviewing recruit recruited conduct conducted train trained training pretrain pretrained scale
  scales scaled scaling evaluate evaluated evaluating crawl crawled mine mined extract extracted process processed
  simulate simulated observe observed with contribute sample sampled`,
);

/** What precedes a baseline's value. */
export const BASELINE_LEADS = words('than vs versus vs. against');

/** Words in front of a number that is a condition under which something was done. */
export const CONDITION_LEADS = words('at under above below near beneath within when for using with');

/** Nouns before a number that name one thing of a series: “task 2”, “Figure 3”. */
export const NUMBERED = words(
  `task figure fig table theorem lemma proposition corollary section chapter phase type stage step level layer version
  eq equation appendix track subtask sub-task problem question part class grade tier round generation gen experiment day
  case category scenario window order degree dimension rank dataset release batch bin stratum goal sdg article rule
  algorithm definition conjecture group note volume vol issue page season episode seed model run`,
);

export const MONTHS = words(
  'january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec spring summer autumn fall winter',
);
