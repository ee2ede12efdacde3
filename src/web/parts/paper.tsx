/** One paper on a page of many: the row, and the lead story at the head of an edition. */
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { LRUCache } from 'lru-cache';
import type { Paper } from '../../papers/types.ts';
import { placeToCut } from '../../present/cut.ts';
import { count, sayNumber, sayPublished, stampPublished } from '../../present/dates.ts';
import { type Marks, Tex, texToPlain } from '../../present/tex.tsx';
import {
  authorPath,
  commentsLink,
  isWebLink,
  linkName,
  organizationPath,
  paperPath,
  pdfLink,
  searchPath,
} from '../../present/urls.ts';
import { UNSET } from '../../typesetting/memory.ts';
import { Votes } from './votes.tsx';

/** Tells the names a list is about: an author's page, a search for an author. */
export type Own = (name: string) => boolean;

export interface RowProps {
  paper: Paper;
  /** Words for the link to the paper's standing; null: none. */
  why?: string | null;
  /** Highlights in the title and in the abstract. */
  marks?: { title: Marks; abstract: Marks };
  /** Show the whole abstract, which only phones fold (search). */
  whole?: boolean;
  /** Names that are always shown, and in bold. */
  own?: Own;
  /** The form that the paper can be picked for by a box; absent: there is no box. */
  pick?: string;
  /** More below the row. */
  children?: Child;
}

/** The first names, and in the last one's place the name the list is about where that is not among them. */
function namesShown(authors: string[], most: number, own?: Own): string[] {
  const first = authors.slice(0, most);
  const asked = own && !first.some(own) ? authors.find(own) : undefined;
  return asked === undefined ? first : [...first.slice(0, most - 1), asked];
}

/** Who wrote it, in one line: organisation and first names, or as much as is known. */
export const Authors = ({ paper, most = 3, own }: { paper: Paper; most?: number; own?: Own }) => {
  const { authors, organizations } = paper;
  const total = Math.max(paper.authorsCount ?? 0, authors.length);
  const shown = namesShown(authors, most, own);
  const rest = total - shown.length;
  return (
    <>
      {organizations.length > 0 && (
        <span>
          {organizations.slice(0, 2).map((o, i) => (
            <>
              {i > 0 && ', '}
              <a class="who" href={organizationPath(o.slug)}>
                {o.name}
              </a>
            </>
          ))}
        </span>
      )}
      {shown.length > 0 ? (
        <span>
          {shown.map((name, i) => (
            <>
              {i > 0 && ', '}
              <Author name={name} isOwn={own?.(name)} />
            </>
          ))}
          {rest > 0 && (
            <>
              {' '}
              <span class="more">+ {sayNumber(rest)} more</span>
            </>
          )}
        </span>
      ) : (
        total > 0 && <span class={organizations.length > 0 ? '' : 'who'}>{count(total, 'author')}</span>
      )}
    </>
  );
};

/** A name, linked to the page of that name where it can have one. */
export const Author = ({ name, isOwn = false }: { name: string; isOwn?: boolean }) => {
  const path = authorPath(name);
  return path ? (
    <a class={isOwn ? 'who own' : 'who'} href={path}>
      {isOwn ? (
        <b>
          <Tex text={name} />
        </b>
      ) : (
        <Tex text={name} />
      )}
    </a>
  ) : (
    <span class="who">
      <Tex text={name} />
    </span>
  );
};

export const Published = ({ paper }: { paper: Paper }) => {
  const said = sayPublished(paper);
  return said ? <time datetime={stampPublished(paper)}>{said}</time> : null;
};

export const Categories = ({ categories }: { categories: string[] }) =>
  categories.length === 0 ? null : (
    <span>
      {categories.map((code, i) => (
        <>
          {i > 0 && ', '}
          <a href={searchPath({ category: code })}>{code}</a>
        </>
      ))}
    </span>
  );

/** Longer than three lines are wide: only then is there something to open. */
const THREE_LINES = 245;
/** Longer than six lines of a phone. */
const SIX_LINES = 260;
const LEAD_PHONE = 420;
/** A lead longer than this would push the second story off the first screen. */
const LEAD_LONG = 950;

/** Which text stands under a title, and what its opener shows. */
function deckOf(paper: Paper, lead: boolean, whole: boolean) {
  const text = whole ? (paper.abstract ?? paper.summary) : (paper.summary ?? paper.abstract);
  const which = text === paper.abstract ? 'abstract' : 'summary';
  const also = !whole && paper.summary !== null ? paper.abstract : null;
  const cut = text !== null && text.length > (lead ? LEAD_PHONE : whole ? SIX_LINES : THREE_LINES);
  return { text, which, also, cut };
}

interface DeckProps {
  paper: Paper;
  lead?: boolean;
  whole?: boolean;
  marks?: Marks;
}

/** The text under a title. Cut by the style sheet alone, so nothing is missing from the page itself. */
const Deck = ({ paper, lead = false, whole = false, marks }: DeckProps) => {
  const { text, cut } = deckOf(paper, lead, whole);
  if (text === null) return null;
  if (lead) return <LeadDeck text={text} />;
  return (
    <p class={`deck${cut ? (whole ? ' cut-phone' : ' cut') : ''}`}>
      <Tex text={text} marks={whole ? marks : undefined} block />
    </p>
  );
};

/**
 * A lead's text in up to three parts: what phones show, what wide pages show too, and the rest. So the cut is where a
 * word ends, and its dots stand behind that word.
 */
const LeadDeck = ({ text }: { text: string }) => {
  const phone = placeToCut(text, LEAD_PHONE);
  const wide = placeToCut(text, LEAD_LONG);
  const size = text.length < 200 ? ' brief' : wide !== null ? ' long' : '';
  const rest = wide !== null && (
    <>
      <span class="dots">…</span>
      <span class="rest">
        <Tex text={text.slice(wide)} block />
      </span>
    </>
  );
  return (
    <p class={`deck${phone === null ? '' : ' parts'}${size}`}>
      <Tex text={text.slice(0, phone ?? wide ?? text.length)} block />
      {phone === null ? (
        rest
      ) : (
        <>
          <span class="dots phone">…</span>
          <span class="rest phone">
            <Tex text={text.slice(phone, wide ?? text.length)} block />
            {rest}
          </span>
        </>
      )}
    </p>
  );
};

/** Opens the text under the title whole, in place; with a summary above, also the abstract itself. */
const Opener = ({ paper, lead = false, whole = false }: DeckProps) => {
  const { which, also, cut } = deckOf(paper, lead, whole);
  if (!cut && also === null) return null;
  return (
    <details class={also !== null ? 'opener also' : whole ? 'opener on-phone' : 'opener'}>
      <summary>
        <span class="to-open">{also === null ? `Whole ${which}` : 'Abstract'}</span>
        <span class="to-close">Less</span>
      </summary>
      {also !== null && (
        <p>
          <Tex text={also} block />
        </p>
      )}
    </details>
  );
};

/** A repository or page with what belongs to the paper, at most one badge of code. */
const Code = ({ paper }: { paper: Paper }) => {
  const code = paper.links.find((l) => l.kind === 'code' && isWebLink(l.url));
  if (!code) return null;
  return (
    <a href={code.url} rel="noopener" class="code">
      {linkName(code.url)}
      {code.stars !== undefined && (
        <>
          {' '}
          <span aria-hidden="true">★ {sayNumber(code.stars)}</span>
          <span class="vh">, {count(code.stars, 'star')}</span>
        </>
      )}
    </a>
  );
};

/** How many comments, linked to where they are. */
const Comments = ({ paper }: { paper: Paper }) => {
  if (paper.comments === 0) return null;
  const there = commentsLink(paper);
  const says = count(paper.comments, 'comment');
  return there === null ? (
    <span>{says}</span>
  ) : (
    <a href={there.href} rel="noopener">
      {says}
      <span class="vh"> on {there.where}</span>
    </a>
  );
};

type MetaProps = DeckProps & { why?: string | null; pick?: string };

const Meta = ({ paper, why, lead, whole, pick }: MetaProps) => {
  const [figure] = paper.figures;
  const path = paperPath(paper);
  const pdf = pdfLink(paper);
  return (
    <div class="meta">
      {figure && (
        <span class="fig">
          <Tex text={figure.value} /> <Tex text={figure.measure} />
        </span>
      )}
      {paper.withdrawn && <span class="fig">Withdrawn</span>}
      {pdf && (
        <a href={pdf} rel="noopener">
          PDF
        </a>
      )}
      <Comments paper={paper} />
      <Code paper={paper} />
      <a href={`${path}#similar`}>Similar</a>
      {why && <a href={`${path}/why`}>{why}</a>}
      <Opener paper={paper} lead={lead} whole={whole} />
      {pick !== undefined && (
        <label class="pick">
          <input type="checkbox" name="id" value={paper.id} form={pick} autocomplete="off" />
          Select<span class="vh"> {texToPlain(paper.title)}</span>
        </label>
      )}
    </div>
  );
};

/** Whether anything is known to be said under the title. */
const hasBy = (paper: Paper): boolean =>
  paper.authors.length + paper.organizations.length + paper.categories.length + (paper.authorsCount ?? 0) >
    0 || paper.published !== null;

const By = ({ paper, own }: { paper: Paper; own?: Own }) =>
  !hasBy(paper) ? null : (
    <p class="by">
      <Authors paper={paper} own={own} />
      <Published paper={paper} />
      <Categories categories={paper.categories.slice(0, 4)} />
    </p>
  );

/** By this Zotero finds the papers of a page (api/discovery/unapi.ts). It puts the title into an address as it stands. */
const ForZotero = ({ paper }: { paper: Paper }) => (
  <abbr class="unapi-id" title={encodeURIComponent(paper.id.toWellFormed())} hidden />
);

/** Bytes of rows in memory. */
const ROWS = 8 * 1024 * 1024;
const rows = new LRUCache<string, string>({
  maxSize: ROWS,
  sizeCalculation: (row, key) => 2 * (key.length + row.length),
});

/**
 * A row as it was rendered before, for as long as its paper is as it was: a vote for one paper of an edition costs one
 * row, not the page. Rows with highlights, boxes or anything else of a page's own are not kept.
 */
function kept(paper: Paper, variant: string, render: () => Child): Child {
  if (paper.seq === undefined) return render();
  const key = `${paper.pk} ${paper.seq} ${variant}`;
  let row = rows.get(key);
  if (row === undefined) {
    row = String(render());
    // A formula that is not set yet will be.
    if (!row.includes(UNSET)) rows.set(key, row);
  }
  return raw(row);
}

/** A paper in a list. */
export const Row = (props: RowProps): Child => {
  const { paper, why, marks, whole, own, pick, children } = props;
  const isPlain = !marks && !whole && !own && pick === undefined && children === undefined;
  return isPlain ? kept(paper, `row ${why ?? ''}`, () => <FreshRow {...props} />) : <FreshRow {...props} />;
};

const FreshRow = ({ paper, why, marks, whole, own, pick, children }: RowProps) => (
  <article class="row">
    <Votes paper={paper} />
    <div>
      <h2>
        <a href={paperPath(paper)}>
          <Tex text={paper.title} marks={marks?.title} />
        </a>
      </h2>
      <By paper={paper} own={own} />
      <Deck paper={paper} whole={whole} marks={marks?.abstract} />
      <Meta paper={paper} why={why} whole={whole} pick={pick} />
      {children}
    </div>
    <ForZotero paper={paper} />
  </article>
);

/** The story at the head of an edition. */
export const Lead = (props: LeadProps): Child =>
  kept(props.paper, `lead ${props.why}`, () => <FreshLead {...props} />);

interface LeadProps {
  paper: Paper;
  why: string;
}

const FreshLead = ({ paper, why }: LeadProps) => (
  <article class="row lead">
    <Votes paper={paper} />
    <div>
      <h2>
        <a href={paperPath(paper)}>
          <Tex text={paper.title} />
        </a>
      </h2>
      <By paper={paper} />
      <Deck paper={paper} lead />
      <Meta paper={paper} why={why} lead />
    </div>
    <ForZotero paper={paper} />
  </article>
);
