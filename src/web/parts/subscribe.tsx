/** The forms on pages for getting a list by email, and what stands there instead on a site that sends none. */
import type { Child } from 'hono/jsx';
import type { List } from '../../digest/types.ts';
import type { Web } from '../../http/context.ts';
import { slot } from '../../http/slots.ts';
import { withQuery } from '../../present/urls.ts';

/** What a form subscribes to: `subject` as the digest has it, a slug, a category or the query of a search. */
export interface Offered {
  list: List;
  subject: string;
}

/** Whether this site sends email. Part of the key of whatever shows these forms. */
export const sendsMail = (web: Pick<Web, 'subscribers'>): boolean => web.subscribers.sendsMail;

const PROMISE: Record<List, string> = {
  daily: 'The morning edition by email',
  weekly: 'The best of the week by email',
  monthly: 'The best of the month by email',
  search: 'New papers in this search by email',
  survey: 'What is new in this survey by email',
  author: 'New papers by this author by email',
  organization: 'New papers from this organisation by email',
  category: 'New papers in this category by email',
  following: 'What you follow by email',
};

const hexOf = (text: string): string => Buffer.from(text).toString('hex');
/** What a slot named `subscribe:box:author:6164` offers, and in which form. */
export function offeredBy(name: string): Offered & { form: 'ear' | 'box' } {
  const [, form, list, subject = ''] = name.split(':');
  return { form: form as 'ear' | 'box', list: list as List, subject: Buffer.from(subject, 'hex').toString() };
}

/** The address of the page with everything to choose. */
export const subscribePath = ({ list, subject }: Offered): string =>
  withQuery('/subscribe', { list: list === 'daily' ? undefined : list, subject: subject || undefined });

const Wanted = ({ list, subject }: Offered) => (
  <>
    <input type="hidden" name="list" value={list} />
    <input type="hidden" name="subject" value={subject} />
    {/* A script fills it in; without one, it is the site’s. */}
    <input type="hidden" name="zone" value="" data-zone="" />
  </>
);

const Address = ({ id }: { id: string }) => (
  <input
    id={id}
    type="email"
    name="email"
    required
    maxlength={254}
    placeholder="you@lab.org"
    autocomplete="email"
  />
);

interface Props extends Offered {
  web: Pick<Web, 'subscribers'>;
  /** The feed of the same list. */
  feed: string;
}

/** One line, right of the name. */
export const Ear = ({ web, feed, ...offered }: Props) =>
  sendsMail(web) ? (
    slot(
      `subscribe:ear:${offered.list}:${hexOf(offered.subject)}`,
      <form action="/subscribe" method="post" class="ear">
        <Wanted {...offered} />
        <label for="ear-email">{PROMISE[offered.list]}</label>
        <Address id="ear-email" />
        <button type="submit">Subscribe</button>
      </form>,
    )
  ) : (
    <p class="ear">
      <a href={feed}>Follow by feed</a>
    </p>
  );

/** On phones, a line below the double rule. */
export const PhoneLine = ({ web, feed, ...offered }: Props) => (
  <p class="phone-line">
    {sendsMail(web) ? (
      <a href={subscribePath(offered)}>{PROMISE[offered.list]}</a>
    ) : (
      <a href={feed}>Follow by feed</a>
    )}
  </p>
);

/** A box of its own. @param only which kind of screen it is for, if not for all */
export const Box = ({
  id = 'box-email',
  only,
  ...props
}: Props & { id?: string; only?: 'phone' | 'wide' }) => (
  <section class={`box${only === undefined ? '' : ` only-${only}`}`} aria-labelledby={`${id}-head`}>
    <h2 id={`${id}-head`}>In your inbox</h2>
    <BoxContent {...props} id={id} />
  </section>
);

/** What is in such a box. @param id of its field */
export const BoxContent = ({ web, feed, id, ...offered }: Props & { id: string }) =>
  sendsMail(web) ? (
    <div class="keep">
      {slot(
        `subscribe:box:${offered.list}:${hexOf(offered.subject)}`,
        <>
          <p>{SAYS[offered.list]}</p>
          <form action="/subscribe" method="post">
            <Wanted {...offered} />
            <label for={id} class="vh">
              Your email address
            </label>
            <Address id={id} />
            <Often list={offered.list} />
            <button type="submit">Subscribe</button>
          </form>
          <More {...offered} />
        </>,
      )}
    </div>
  ) : (
    <NoMail feed={feed} />
  );

const SAYS: Record<List, string> = {
  daily: 'The edition at the hour you choose.',
  weekly: 'The best of each week, when it is over.',
  monthly: 'The best of each month, when it is over.',
  search: 'New papers that match this search.',
  survey: 'New papers in this survey, each with what it found.',
  author: 'New papers by this author.',
  organization: 'New papers from this organisation.',
  category: 'New papers in this category.',
  following: 'What is new in what you follow.',
};

const Often = ({ list }: { list: List }) =>
  list === 'daily' || list === 'weekly' || list === 'monthly' ? null : (
    <select name="cadence" aria-label="How often" autocomplete="off">
      <option value="daily">daily</option>
      <option value="weekly" selected>
        weekly
      </option>
      <option value="monthly">monthly</option>
    </select>
  );

const More = (offered: Offered) => (
  <p class="small-print">
    <a href={subscribePath(offered)}>Days, hour, topics and more</a>
  </p>
);

/** Said before anybody gives an address. */
export const NoMail = ({ feed, children }: { feed: string; children?: Child }) => (
  <p class="small-print">
    This site does not send email. <a href={feed}>Its feed</a> has the same papers.{children}
  </p>
);

/** For a reader whose address is known. @param has whether they get this already */
export const ReadersForm = ({
  form,
  email,
  has,
  ...offered
}: Offered & { form: 'ear' | 'box'; email: string; has: boolean }) => {
  const own = <a href="/subscriptions">Your subscriptions</a>;
  if (has)
    return form === 'ear' ? (
      <p class="ear">You get this by email. {own}</p>
    ) : (
      <p class="small-print">You get this by email. {own}</p>
    );
  const button = <button type="submit">Subscribe</button>;
  if (form === 'ear')
    return (
      <form action="/subscribe" method="post" class="ear">
        <Wanted {...offered} />
        <span>{PROMISE[offered.list]}</span>
        {button}
      </form>
    );
  return (
    <>
      <p>
        {SAYS[offered.list]} To {email}.
      </p>
      <form action="/subscribe" method="post">
        <Wanted {...offered} />
        <Often list={offered.list} />
        {button}
      </form>
      <p class="small-print">{own}</p>
    </>
  );
};
