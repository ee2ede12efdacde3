/** One paper on a page of many: the row, and the lead story at the head of an edition. */
import type { Child } from 'hono/jsx';
import type { Paper } from '../../papers/types.ts';
import { placeToCut } from '../../present/cut.ts';
import { count, sayNumber, sayPublished, stampPublished } from '../../present/dates.ts';
import { type Marks, Tex, texToPlain } from '../../present/tex.tsx';
import {
  authorPath,
  isWebLink,
  linkName,
  organizationPath,
  paperPath,
  pdfLink,
  searchPath,
} from '../../present/urls.ts';
import { kept } from './kept.ts';
import { OwnRow } from './own-paper.tsx';
import { Votes } from './votes.tsx';

/** Picks out the names a list is about: an author's page, a search for an author. */
export type Own = (name: string) => boolean;

export interface RowProps {
  paper: Paper;
  /** Text of the link to the paper's standing; null: no link. */
  why?: string | null;
  /** Highlights in the title and in the abstract. */
  marks?: { title: Marks; abstract: Marks };
  /** Show the whole abstract, which only phones clamp (search). */
  whole?: boolean;
  /** Names that are always shown, in bold. */
  own?: Own;
  /** The form that the paper's checkbox belongs to; absent: no checkbox. */
  pick?: string;
  /** More below the row. */
  children?: Child;
}

/** The first names; if the list's own name is not among them, it takes the place of the last. */
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

/** A name, linked to its page if it can have one. */
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

/** More than fits on three lines: only then is there anything to open. */
const THREE_LINES = 245;
/** More than fits on six lines of a phone. */
const SIX_LINES = 260;
const LEAD_PHONE = 420;
/** A lead longer than this would push the second story off the first screen. */
const LEAD_LONG = 950;

/** Which text appears under a title, and what opening it shows. */
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

/** The text under a title. Only the style sheet clamps it, so nothing is missing from the page itself. */
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
 * A lead's text in up to three parts: what phones show, what wide pages also show, and the rest. So the cut comes at
 * the end of a word, with the ellipsis right behind it.
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

/** Expands the text under the title in place; with a summary above, also shows the abstract itself. */
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

/** A repository or page that belongs to the paper; at most one badge for code. */
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

/** How many comments, linked to where they are read and written. */
const Comments = ({ paper }: { paper: Paper }) =>
  paper.comments === 0 ? null : (
    <a href={`${paperPath(paper)}#letters`}>{count(paper.comments, 'comment')}</a>
  );

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
      <OwnRow paper={paper} />
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

/** Whether there is anything to show under the title. */
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

/** Lets Zotero find the papers of a page (api/discovery/unapi.ts). Zotero puts the title into an address as it is. */
const ForZotero = ({ paper }: { paper: Paper }) => (
  <abbr class="unapi-id" title={encodeURIComponent(paper.id.toWellFormed())} hidden />
);

/**
 * A row as rendered before, as long as its paper has not changed. Rows with highlights, checkboxes or anything else
 * specific to a page are not kept.
 */
function keptRow(paper: Paper, variant: string, render: () => Child): Child {
  if (paper.seq === undefined) return render();
  // Keys and change numbers are those of one database, and a process may serve several.
  return kept(`${paper.pk} ${paper.seq} ${variant} ${paper.id} ${paper.title}`, render);
}

/** A paper in a list. */
export const Row = (props: RowProps): Child => {
  const { paper, why, marks, whole, own, pick, children } = props;
  const isPlain = !marks && !whole && !own && pick === undefined && children === undefined;
  return isPlain ? (
    keptRow(paper, `row ${why ?? ''}`, () => <FreshRow {...props} />)
  ) : (
    <FreshRow {...props} />
  );
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
  keptRow(props.paper, `lead ${props.why}`, () => <FreshLead {...props} />);

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
