/**
 * The slots of a page filled without waiting: those of lists of papers, which is what readers open most. What differs
 * from reader to reader is a few bits a paper; what they stand for is kept with the page.
 */
import { type Asked, asked, OWN, type Present, type ReadersAtOnce } from '../../community/at-once.ts';
import type { CutPage } from '../../http/cut-page.ts';
import type { AtOnce } from '../../http/reader.ts';
import type { Common, Filling } from '../../http/slots.ts';
import type { LiveTotal } from '../../papers/counting.ts';
import type { Topics } from '../../papers/topics.ts';
import { type OwnControl, offerControl, ownControl, signedIn, voteControl } from './controls.tsx';
import { offeredBy } from './subscribe.tsx';

/** A slot of a page. */
interface Place {
  kind: 'vote' | OwnControl;
  /** Where its paper is among those of the page. */
  at: number;
  /** What it holds, by what the reader has to do with the paper. */
  contents: (Common | undefined)[];
}

/** A slot that is the reader's own: their name, or the form for getting a list by email. */
interface OwnPlace {
  kind: 'reader' | 'subscribe';
  /** What the form is for, as `ReadersAtOnce.subscriptions` has it. */
  list: string;
}

/** What is known about a page. */
interface Plan {
  papers: Asked;
  /** Its slots in their order. */
  places: (Place | OwnPlace)[];
  /** The papers as they were at a tick of the topics. */
  totals: (LiveTotal | undefined)[];
  tick: number;
  /** The address that `contents` lead back to. */
  path: string;
  /** How many contents there are. */
  made: number;
}

/** Contents that are kept with a page, for each of its slots on average. */
const MOST_MADE = 4;

export interface SlotsAtOnceOptions {
  readers: ReadersAtOnce;
  /** Ids and votes of papers as they are at this moment; null: that cannot be said at once. */
  totals(papers: readonly number[]): Map<number, LiveTotal> | null;
  topics: Pick<Topics, 'look' | 'movedSince'>;
}

export function slotsAtOnce({ readers, totals, topics }: SlotsAtOnceOptions): AtOnce {
  const plans = new WeakMap<CutPage, Plan | 'no'>();

  const planFor = (page: CutPage): Plan | 'no' => {
    const papers = new Map<number, number>();
    const places: Plan['places'] = [];
    for (const { name } of page.slots) {
      const [kind, of] = name.split(':') as [string, string?];
      if (kind === 'reader' || kind === 'subscribe') {
        const { list = '', subject = '' } = kind === 'subscribe' ? offeredBy(name) : {};
        places.push({ kind, list: `${list} ${subject}` });
        continue;
      }
      if (!isControl(kind)) return 'no';
      const pk = Number(of);
      const at = papers.get(pk) ?? papers.size;
      papers.set(pk, at);
      places.push({ kind, at, contents: [] });
    }
    return { papers: asked([...papers.keys()]), places, totals: [], tick: -1, path: '', made: 0 };
  };

  /** Brings a plan up to date. @returns false: not at once */
  const refresh = (plan: Plan, path: string): boolean => {
    const tick = topics.look();
    if (tick === null) return false;
    if (plan.path !== path || plan.made > MOST_MADE * plan.places.length) {
      plan.path = path;
      plan.made = 0;
      for (const place of plan.places) if ('contents' in place) place.contents = [];
    }
    if (plan.tick === tick) return true;
    const papers = plan.papers.keys;
    const isSame =
      plan.tick >= 0 &&
      !papers.some(
        (pk) => topics.movedSince(`paper:${pk}`, plan.tick) || topics.movedSince(`comments:${pk}`, plan.tick),
      );
    if (!isSame) {
      const found = totals(papers);
      if (found === null) return false;
      for (const place of plan.places) {
        if (!('contents' in place)) continue;
        const [was, is] = [plan.totals[place.at], found.get(papers[place.at]!)];
        if (was?.upvotes !== is?.upvotes || was?.id !== is?.id) place.contents = [];
      }
      plan.totals = papers.map((pk) => found.get(pk));
    }
    plan.tick = tick;
    return true;
  };

  const contentOf = (plan: Plan, { kind, at, contents }: Place, state: number): Common | undefined => {
    const known = contents[state];
    const paper = plan.totals[at];
    if (known || !paper) return known;
    const made =
      kind === 'vote'
        ? voteControl({ pk: plan.papers.keys[at]!, ...paper, isPressed: state !== 0 }, plan.path)
        : ownControl(kind, { id: paper.id, own: ownOf(state) }, plan.path);
    contents[state] = made;
    plan.made++;
    return made;
  };

  const offer = (of: Present, { name, content }: CutPage['slots'][number], list: string): Filling => {
    const { email, emailVerified } = of.account;
    // Others type one in.
    if (email === null || !emailVerified) return content;
    return offerControl(name, email, readers.subscriptions(of).has(list));
  };

  return {
    signedIn: readers.signedIn,
    fill(of: Present, page: CutPage, path: string): Filling[] | null {
      let plan = plans.get(page);
      if (plan === undefined) {
        plan = planFor(page);
        plans.set(page, plan);
      }
      if (plan === 'no' || !refresh(plan, path)) return null;
      const own = readers.among(of, plan.papers);
      if (own === null) return null;
      const fillings: Filling[] = [];
      for (let i = 0; i < plan.places.length; i++) {
        const place = plan.places[i]!;
        if (!('contents' in place)) {
          fillings.push(
            place.kind === 'reader'
              ? signedIn(of.account.displayName, readers.unseen(of))
              : offer(of, page.slots[i]!, place.list),
          );
          continue;
        }
        const all = own[place.at]!;
        const state = place.kind === 'vote' ? all & OWN.voted : all & ~OWN.voted;
        fillings.push(contentOf(plan, place, state) ?? page.slots[i]!.content);
      }
      return fillings;
    },
  };
}

const isControl = (kind: string): kind is Place['kind'] =>
  kind === 'vote' || kind === 'own' || kind === 'save' || kind === 'marks';

const ownOf = (state: number) => ({
  saved: (state & OWN.saved) !== 0,
  isMore: (state & OWN.isMore) !== 0,
  read: (state & OWN.read) !== 0,
  dismissed: (state & OWN.dismissed) !== 0,
});
