/** `/admin/setup`: the settings a new site needs, as a form, and how the front page will look with them. */
import type { Child } from 'hono/jsx';
import { cleanText } from '../../http/address.ts';
import type { Ask, SetupDesk } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import type { Reply } from '../../http/replies.ts';
import { curation, NO_RULES } from '../../papers/editions/curation.ts';
import type { Paper } from '../../papers/types.ts';
import { count, sayDay } from '../../present/dates.ts';
import { paperPath } from '../../present/urls.ts';
import { ownPage } from './own-page.tsx';

interface Field {
  name: string;
  label: string;
  says?: Child;
  type?: 'text' | 'url' | 'email' | 'time' | 'password';
  /** For a choice: values and what they mean. */
  choices?: [value: string, says: string][];
}

const GROUPS: { id: string; title: string; fields: Field[] }[] = [
  {
    id: 'name',
    title: 'The site',
    fields: [
      { name: 'SITE_NAME', label: 'Name in the masthead' },
      {
        name: 'PUBLIC_URL',
        label: 'Public address',
        type: 'url',
        says: 'Such as https://papers.example.org. Links in emails point there; without it, none are sent.',
      },
    ],
  },
  {
    id: 'sources',
    title: 'Papers',
    fields: [
      {
        name: 'SYNC_CATEGORIES',
        label: 'arXiv categories to fetch',
        says: 'Separated by commas, such as cs.CL,cs.LG. Enter “none” to fetch nothing from arXiv.',
      },
      {
        name: 'FEEDS',
        label: 'RSS and Atom feeds to fetch',
        says: 'Their addresses, separated by spaces. Only items that identify a paper are used.',
      },
      {
        name: 'EDITION_CATEGORIES',
        label: 'Categories on the front page',
        says: 'Papers in other categories can still be found, but appear in an edition only if somebody lists them. cs covers all of cs.*; leave this empty to include every paper.',
      },
      {
        name: 'EDITION_TURN',
        label: 'When an edition closes and the next one opens',
        type: 'time',
      },
      { name: 'EDITION_TIMEZONE', label: 'Time zone of editions', says: 'Such as Europe/Berlin or UTC.' },
    ],
  },
  {
    id: 'people',
    title: 'People',
    fields: [
      {
        name: 'SIGN_UP',
        label: 'Who may join',
        choices: [
          ['open', 'Anybody with an email address'],
          ['invite', 'People whom an administrator invites'],
          ['closed', 'Nobody: only administrators create accounts'],
        ],
      },
      {
        name: 'PASSWORDS',
        label: 'Passwords',
        choices: [
          ['0', 'No: links, passkeys, other services'],
          ['1', 'Yes: for sites without mail'],
        ],
      },
    ],
  },
  {
    id: 'mail',
    title: 'Mail',
    fields: [
      {
        name: 'SMTP_URL',
        label: 'Mail server',
        type: 'password',
        says: 'smtp://user:password@mail.example.org:587, or smtps:// for TLS from the start. It is not shown again.',
      },
      {
        name: 'MAIL_FROM',
        label: 'Sender address of emails',
        type: 'email',
        says: 'Leave this empty to use broadsheet@ and the host of the address above.',
      },
    ],
  },
];
const NAMES = GROUPS.flatMap(({ fields }) => fields.map(({ name }) => name));
/** The most characters of a value. */
const LONGEST = 10_000;
/** Papers in the preview. */
const SHOWN = 6;
/** Seconds after which the browser returns to a restarting site. */
const AWAY = 6;

interface Shown {
  /** What is in the form; absent: the current settings. */
  values?: Record<string, string>;
  wrong?: Record<string, string>;
  /** The outcome of the request. */
  note?: string;
  /** Whether the preview is of values that are not saved. */
  isPreview?: boolean;
}

/** `/admin/setup`. */
export const setupPage = (ask: Ask): Promise<Reply> => show(ask, deskOf(ask), {});

/** POST `/admin/setup`: `act` is `preview`, `mail` or `save`. */
export async function actOnSetup(ask: Ask, form: Form): Promise<Reply> {
  const desk = deskOf(ask);
  const values: Record<string, string> = {};
  for (const name of NAMES) {
    const given = form.fields.get(name);
    if (given === null || desk.fixedBy(name) !== null) continue;
    values[name] = cleanText(given).trim().slice(0, LONGEST);
  }
  // An empty secret means that nobody typed it again.
  if (values.SMTP_URL === '' && form.fields.get('forget-SMTP_URL') !== '1') delete values.SMTP_URL;
  const wrong = desk.check(values);
  const first = Object.keys(wrong)[0];
  if (first !== undefined)
    return show(
      ask,
      desk,
      { values, wrong, note: 'Nothing was saved. Please check the fields marked below.' },
      400,
    );
  const act = form.fields.get('act');
  if (act === 'preview')
    return show(ask, desk, {
      values,
      isPreview: true,
      note: 'Nothing is saved yet. What the front page would be is at the end of this page.',
    });
  if (act === 'mail') {
    const to = cleanText(form.fields.get('to')).trim().slice(0, 300);
    const note = await desk.tryMail(values, to === '' && ask.reader ? ask.reader.id : to);
    return show(ask, desk, { values, note });
  }
  if (act !== 'save') throw new WebError(400, 'This form is not complete.', BACK);
  const changed = Object.fromEntries(
    Object.entries(values).filter(([name, value]) => name === 'SMTP_URL' || value !== desk.value(name)),
  );
  if (Object.keys(changed).length === 0) return show(ask, desk, { values, note: 'Nothing has changed.' });
  try {
    desk.save(changed);
  } catch (error) {
    throw new WebError(500, `${desk.file} could not be written: ${(error as Error).message}`, BACK);
  }
  const reply = await ownPage(ask, {
    title: 'Saved',
    kicker: 'Running this site',
    section: 'settings',
    children: (
      <>
        <p role="status">
          The site is restarting with the new settings. This takes a few seconds; then this page takes you
          back to them. If your browser reports an error, the site was not ready yet: reload the page.
        </p>
        <p>
          They are in <code>{desk.file}</code>. Workers and other nodes of this site need them too, and must
          be restarted.
        </p>
        <p>
          <a href="/">Front page</a> · <a href="/admin/setup">Site settings</a>
        </p>
      </>
    ),
  });
  desk.restart();
  return { ...reply, headers: { ...reply.headers, refresh: `${AWAY}; url=/admin/setup` } };
}

const BACK = { links: [{ href: '/admin/setup', text: 'Back' }] };

function deskOf(ask: Ask): SetupDesk {
  const { setup } = ask.web;
  if (setup === undefined) throw new WebError(404, 'This site cannot be set up in the browser.');
  return setup;
}

async function show(ask: Ask, desk: SetupDesk, shown: Shown, status = 200): Promise<Reply> {
  const { values = {}, note } = shown;
  const textOf = (name: string): string => values[name] ?? desk.value(name);
  const preview = await previewOf(ask, textOf);
  const reply = await ownPage(ask, {
    title: 'Site settings',
    kicker: 'Running this site',
    section: 'settings',
    children: (
      <>
        {note !== undefined && (
          <p class="notice said" role="status">
            {note}
          </p>
        )}
        <p class="standfirst">
          The essentials. You can change everything later, here or in the file <code>{desk.file}</code>; the{' '}
          <a href="/about">page about this site</a> tells readers how it is run.
        </p>
        <form method="post" action="/admin/setup" class="setup">
          {/* What pressing Enter in a field does: nothing that cannot be undone. */}
          <button type="submit" name="act" value="preview" hidden />
          {GROUPS.map(({ id, title, fields }) => (
            <section aria-labelledby={id} class="stacked">
              <h2 id={id}>{title}</h2>
              {fields.map((field) => (
                <Setting
                  field={field}
                  desk={desk}
                  value={textOf(field.name)}
                  wrong={shown.wrong?.[field.name]}
                />
              ))}
              {id === 'mail' && (
                <>
                  <label>
                    Send a test email to{ask.reader !== null && ' (empty: to you)'}
                    <input type="email" name="to" maxlength={254} />
                  </label>
                  <button type="submit" name="act" value="mail" class="quiet">
                    Send a test email
                  </button>
                </>
              )}
            </section>
          ))}
          <section aria-labelledby="preview">
            <h2 id="preview">How the front page will look</h2>
            {preview}
            <p class="setup-buttons">
              <button type="submit" name="act" value="preview" class="quiet">
                Preview
              </button>
              <button type="submit" name="act" value="save">
                Save and restart
              </button>
            </p>
            <p class="small-print">
              {shown.isPreview && 'Nothing is saved yet. '}Saving restarts the site, which takes a few
              seconds. All other settings are listed in docs/settings.md; <code>broadsheet config</code>{' '}
              prints the current ones. Next: <a href="/admin/people">invite people</a>,{' '}
              <a href="/admin">look after the sources</a>.
            </p>
          </section>
        </form>
      </>
    ),
  });
  return { ...reply, status };
}

const Setting = ({
  field: { name, label, says, type = 'text', choices },
  desk,
  value,
  wrong,
}: {
  field: Field;
  desk: SetupDesk;
  value: string;
  wrong: string | undefined;
}) => {
  const fixed = desk.fixedBy(name);
  const secret = type === 'password';
  const about = `${name}-about`;
  const common = {
    id: name,
    name,
    disabled: fixed !== null,
    'aria-describedby': about,
    ...(wrong && { 'aria-invalid': 'true' as const }),
  };
  return (
    <div class="setting">
      <label for={name}>{label}</label>
      {choices ? (
        <select {...common}>
          {choices.map(([one, means]) => (
            <option value={one} selected={one === value}>
              {means}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          type={type}
          value={value}
          maxlength={LONGEST}
          autocomplete="off"
          spellcheck={false}
          placeholder={secret && desk.isSet(name) ? 'set; leave empty to keep it' : ''}
        />
      )}
      <span id={about} class="small-print">
        {wrong !== undefined && <b>This is not valid: {wrong}. </b>}
        {fixed !== null ? (
          <>
            Set as <code>{name}</code> in {fixed}, and can only be changed there.
          </>
        ) : (
          says
        )}
      </span>
    </div>
  );
};

/** The name, and how much of the newest edition would be on the front page. */
async function previewOf(ask: Ask, textOf: (name: string) => string): Promise<Child> {
  const latest = await ask.library.latest();
  const edition = latest === null ? null : await ask.library.edition({ kind: 'day', value: latest }, 1);
  const categories = textOf('EDITION_CATEGORIES')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  const rules = curation({ ...NO_RULES, categories });
  const enters = (paper: Paper): boolean =>
    rules.decide({ ...paper, dayBy: paper.rule?.by === 'listed' ? 'listed' : 'announced' }).rule.enters;
  const papers = edition?.papers ?? [];
  const taken = papers.filter(enters);
  const zone = textOf('EDITION_TIMEZONE');
  return (
    <div class="setup-preview">
      <p class="mast small">
        <span class="name">{textOf('SITE_NAME') || 'Broadsheet'}</span>
      </p>
      {latest === null ? (
        <p>There are no papers yet. The first edition appears once some have been fetched or imported.</p>
      ) : (
        <>
          <p class="small-print">
            The edition of {sayDay(latest)}: {count(taken.length, 'paper')} of the {papers.length} shown on
            its first page.
          </p>
          <ol>
            {taken.slice(0, SHOWN).map((paper) => (
              <li>
                <a href={paperPath(paper)}>{paper.title}</a>
              </li>
            ))}
          </ol>
        </>
      )}
      <p class="small-print">
        A new edition every day at {textOf('EDITION_TURN')} in {zone}, with papers from{' '}
        {textOf('SYNC_CATEGORIES') === 'none'
          ? 'no category of arXiv'
          : `arXiv’s ${textOf('SYNC_CATEGORIES').split(',').join(', ')}`}{' '}
        and Hugging Face Daily Papers{textOf('FEEDS') === '' ? '' : ', and from feeds'}.
      </p>
    </div>
  );
}
