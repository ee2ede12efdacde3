/** A simulated site: honest voters with tastes, and rings that vote for what they want to see on top. */
import { describe, expect, it } from 'vitest';
import { expectLinear } from '../../test/growth.ts';
import { random as randomBy } from '../../test/invented.ts';
import { findRings, type VoteTable } from './rings.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const [TOPICS, DAYS, A_DAY] = [12, 60, 50];
const RING = 5;

/** How a ring goes about it. */
interface Style {
  /** Honest-looking votes for each vote for a target. */
  camouflage: number;
  /** How far (ms) its votes for a target are apart. */
  spread: number;
  cohort: boolean;
  network: boolean;
}
const STYLES: Style[] = [
  { camouflage: 0, spread: 10 * 60_000, cohort: true, network: true },
  { camouflage: 1, spread: HOUR, cohort: true, network: false },
  { camouflage: 1, spread: 6 * HOUR, cohort: false, network: true },
  { camouflage: 2, spread: 20 * 60_000, cohort: false, network: false },
  { camouflage: 1, spread: DAY, cohort: false, network: false },
];

function simulate(seed: number, honest: number, rings: number) {
  const random = randomBy(seed);
  const table = { voter: [] as number[], paper: [] as number[], time: [] as number[] };
  const joined = new Map<number, number>();
  const networks: { voter: number; network: string }[] = [];
  // Papers have a topic, a day, and a quality of which a few have a lot.
  const papers = Array.from({ length: DAYS * A_DAY }, (_, id) => ({
    id,
    topic: Math.floor(random() * TOPICS),
    day: Math.floor(id / A_DAY),
    quality: random() ** -0.7,
  }));
  const byTopic = Array.from({ length: TOPICS }, (_, topic) =>
    papers.filter((paper) => paper.topic === topic),
  );
  const sums = byTopic.map((list) => {
    let sum = 0;
    return list.map(({ quality }) => (sum += quality));
  });
  const choose = (topic: number) => {
    const ends = sums[topic]!;
    const wanted = random() * ends.at(-1)!;
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return byTopic[topic]![low]!;
  };
  const cast = (voter: number, paper: number, time: number, seen: Set<number>): void => {
    if (seen.has(paper)) return;
    seen.add(paper);
    table.voter.push(voter);
    table.paper.push(paper);
    table.time.push(time);
  };
  const honestly = (voter: number, votes: number, seen: Set<number>): void => {
    const tastes = Array.from({ length: 1 + Math.floor(random() * 3) }, () => Math.floor(random() * TOPICS));
    for (let i = 0; i < votes; i++) {
      const paper = choose(random() < 0.85 ? tastes[i % tastes.length]! : Math.floor(random() * TOPICS));
      cast(voter, paper.id, paper.day * DAY - Math.log(1 - random()) * 12 * HOUR, seen);
    }
  };
  let next = 1;
  for (let i = 0; i < honest; i++) {
    const voter = next++;
    joined.set(voter, -random() * 300 * DAY);
    honestly(voter, 5 + Math.floor(-Math.log(1 - random()) * 25), new Set());
    // Colleagues share networks too.
    networks.push({
      voter,
      network: random() < 0.3 ? `house ${Math.floor(random() * honest * 0.05)}` : `home ${voter}`,
    });
  }
  const members = new Set<number>();
  for (let ring = 0; ring < rings; ring++) {
    const style = STYLES[ring % STYLES.length]!;
    const targets = Array.from(
      { length: 12 + Math.floor(random() * 10) },
      () => papers[Math.floor(random() * papers.length)]!,
    );
    const start = random() * 5 * DAY;
    for (let i = 0; i < RING; i++) {
      const voter = next++;
      members.add(voter);
      const seen = new Set<number>();
      const before = table.time.length;
      const own = targets.filter(() => random() < 0.9);
      for (const { id, day } of own) cast(voter, id, day * DAY + 8 * HOUR + random() * style.spread, seen);
      honestly(voter, Math.round(own.length * style.camouflage), seen);
      const first = Math.min(...table.time.slice(before));
      joined.set(voter, style.cohort ? first - random() * HOUR : start - random() * 200 * DAY);
      networks.push({ voter, network: style.network ? `ring ${ring}` : `home ${voter}` });
    }
  }
  return { table: table as VoteTable, joined, networks, members };
}

describe('accounts that vote alike', () => {
  it('rings of five among 1,000 honest voters are found, and almost nobody else', async () => {
    const totals = { members: 0, found: 0, honest: 0, wrong: 0 };
    for (const seed of [1, 2, 3, 4, 5]) {
      const { table, joined, networks, members } = simulate(seed, 1000, 20);
      const flagged = new Set((await findRings(table, joined, networks)).flatMap((ring) => ring.members));
      totals.members += members.size;
      totals.honest += 1000;
      for (const one of flagged) totals[members.has(one) ? 'found' : 'wrong']++;
    }
    expect(totals.found / totals.members).toBeGreaterThanOrEqual(0.95);
    expect(totals.wrong / totals.honest).toBeLessThanOrEqual(0.001);
  });

  it('are looked for in time linear in the number of votes', async () => {
    await expectLinear(
      'findRings',
      (length) => simulate(3, Math.ceil(length / 28), Math.ceil(length / 1400)),
      ({ table, joined, networks }) => findRings(table, joined, networks),
    );
  });

  it('are looked for without holding everything else up', async () => {
    const { table, joined, networks } = simulate(3, 6000, 20);
    let others = 0;
    let isDone = false;
    const tick = () => {
      others++;
      if (!isDone) setImmediate(tick);
    };
    setImmediate(tick);
    await findRings(table, joined, networks);
    isDone = true;
    expect(others).toBeGreaterThan(2);
  });

  it('without rings, nobody is suspected', async () => {
    const { table, joined, networks } = simulate(7, 1000, 0);
    expect(
      (await findRings(table, joined, networks)).flatMap((ring) => ring.members).length,
    ).toBeLessThanOrEqual(1);
  });
});
