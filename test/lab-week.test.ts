/**
 * A lab of ten plays a week through the front door, on both databases, with recorded papers: they come in by mailed
 * links, vote, submit, discuss, follow, save, claim, flag, moderate, found an organisation, and one of them leaves. Every
 * day ends with what each of them sees; the week ends with what must be true whatever they did.
 *
 * `SCREENSHOTS=folder` takes pictures of their pages.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAtom } from '../src/api/feeds/rules.fixture.ts';
import { faults } from '../src/testing/pages.ts';
import { type Kind, onBoth } from './databases.ts';
import { HAS_RECORDED, Lab, type Person, votesIn } from './lab.ts';
import { picturesOf } from './lab-pictures.ts';
import { eventually } from './program.ts';

const DAYS = ['2026-06-08', '2026-06-09', '2026-06-10', '2026-06-11', '2026-06-12'] as const;
const [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY] = DAYS;
const OWN_TITLE = 'On keeping a lab notebook with $n$ pages';

onBoth((kind) => {
  describe.skipIf(!HAS_RECORDED)('a lab of ten', { timeout: 600_000 }, () => {
    week(kind);
  });
});

function week(kind: Kind): void {
  let lab: Lab;
  let operator: Person;
  let moderator: Person;
  let author: Person;
  let coauthor: Person;
  let readers: Person[];
  /** Ids of papers by their day. */
  const papers = new Map<string, string[]>();
  const of = (day: string, place: number): string => papers.get(day)![place]!;
  /** The paper the lab submits itself, and its comments. */
  let own: string;
  let question: string;
  let spam: string;
  let leaver: Person;

  beforeAll(async () => {
    lab = await Lab.open(kind, `${MONDAY}T09:00:00Z`);
  }, 600_000);
  afterAll(async () => lab?.close());

  const anybody = async (path: string) => (await lab.stranger().go(path)).text;
  const morningOf = async (day: string) => {
    await lab.clock.set(`${day}T09:00:00Z`);
    papers.set(day, await lab.papersOf(day));
  };

  it('comes in on Monday: the operator by the printed link, everybody else by mail', async () => {
    papers.set(MONDAY, await lab.papersOf(MONDAY));
    operator = lab.newcomer('Operator One');
    expect((await lab.stranger().go(lab.invitation)).set).toBeNull();
    expect((await operator.send(lab.invitation, { name: operator.displayName })).status).toBe(303);
    expect((await operator.go('/admin/people')).status).toBe(200);
    [moderator, author, coauthor, ...readers] = [
      'Moderator One',
      'Author One',
      'Author Two',
      ...[1, 2, 3, 4, 5, 6].map((number) => `Reader ${number}`),
    ].map((name) => lab.newcomer(name)) as [Person, Person, Person, ...Person[]];
    for (const person of [moderator, author, coauthor, ...readers]) {
      const role = person === moderator ? 'moderator' : 'member';
      const { displayName: name, email } = person;
      expect((await operator.send('/admin/people', { act: 'invite', name, email, role })).status).toBe(200);
    }
    // Whoever was not invited is answered the same, and gets no mail.
    await lab.stranger().send('/sign-in', { email: 'stranger@elsewhere.example' });
    await Promise.all([moderator, author, coauthor, ...readers].map((person) => lab.signIn(person)));
    expect(lab.mailsTo('stranger@elsewhere.example')).toEqual([]);
    expect((await moderator.go('/moderation')).status).toBe(200);
    expect((await author.go('/moderation')).status).toBe(403);

    // They vote: everybody for one paper, fewer for the next.
    for (const [place, voters] of [readers, readers.slice(0, 3), [author]].entries())
      for (const person of voters) await lab.vote(person, of(MONDAY, place));
    // Twice is once.
    await lab.vote(readers[0]!, of(MONDAY, 0));
    await lab.vote(readers[5]!, of(MONDAY, 0), '0');
    await lab.everybodySees(MONDAY);
    // Accounts of an hour weigh a quarter: five of them count as two votes.
    const why = await anybody(`/papers/${of(MONDAY, 0)}/why`);
    expect(why).toContain('how votes are weighed');
  });

  it('discusses on Monday, and those who are answered or mentioned get mail', async () => {
    const [one, two, three] = readers as [Person, Person, Person];
    const paper = of(MONDAY, 0);
    question = await lab.say(one, paper, 'Does this hold for $n \\to \\infty$?', { quote: '0' });
    const mails = Promise.all([lab.mailTo(one, async () => {}), lab.mailTo(three, async () => {})]);
    await lab.say(two, `/comments/${question}`, 'It does, see `section 3`. What do you say, @reader-3?');
    one.unseen++;
    three.unseen++;
    const page = await anybody(`/papers/${paper}`);
    expect(page).toMatch(/class="quoting">.*?unchanged/s);
    expect(page).toMatch(/<math[^>]*>.*?<mi mathvariant="normal">∞<\/mi>|<math[^>]*>.*?∞/s);
    expect(page).toContain('<code>section 3</code>');
    const [reply, mention] = await mails;
    expect(reply).toContain('Reader 2 replied to your comment');
    expect(mention).toContain('Reader 2 mentioned you');
    expect(lab.mailsTo(two.email)).toHaveLength(1);
    await lab.everybodySees(MONDAY);
  });

  it('submits a paper of its own on Tuesday, when Monday’s edition is closed', async () => {
    await morningOf(TUESDAY);
    await eventually('Monday’s edition to close', async () =>
      (await anybody(`/papers/date/${MONDAY}`)).includes('closed'),
    );
    const [one, , three, four, five, six] = readers as [Person, Person, Person, Person, Person, Person];
    for (const person of [one, three]) {
      expect((await person.go('/notifications')).text).toContain('Reader 2');
      await person.send('/notifications', { do: 'see-all' });
      person.unseen = 0;
    }
    const typed = await four.send('/submit', {
      do: 'hand',
      title: OWN_TITLE,
      authors: `${author.displayName}\n${coauthor.displayName}`,
      abstract: 'We write down what we do. Then we read it again. It was not what we did.',
      published: TUESDAY,
    });
    const key = /name="key" value="([0-9a-f]+)"/.exec((await four.go(typed.to!)).text)![1]!;
    const sent = await four.send('/submit', {
      do: 'send',
      key,
      text: 'From *our own* lab.',
      code: 'https://github.com/lab-example/notebook',
    });
    own = /^\/papers\/([^#?]+)/.exec(sent.to!)![1]!;
    lab.before.set(own, 0);
    // Without votes it is on the last page.
    expect(await anybody(`/papers/date/${TUESDAY}?page=2`)).toContain('On keeping a lab notebook');
    expect(await anybody(`/papers/${own}`)).toContain('Submitted by <a href="/u/reader-4">Reader 4</a>');

    // Whoever follows them reads about it, and it can be searched for.
    await five.send('/following', { kind: 'person', subject: 'reader-4', follow: '1' });
    await five.send('/following', { kind: 'search', subject: 'q=notebook', follow: '1' });
    await eventually('the index', async () =>
      (await anybody('/search?q=notebook')).includes(`/papers/${own}"`),
    );
    const news = (await five.go('/following')).text;
    expect(news).toContain('From <em>our own</em> lab.');
    expect(news).toMatch(/lab notebook/);

    // Somebody saves what they want to read, and shows it to others.
    for (const paper of [of(MONDAY, 0), of(TUESDAY, 1), own]) {
      await six.send(`/papers/${paper}/save`, { save: '1', next: '/' });
      six.saved.add(paper);
    }
    const list = /href="\/saved\/([\w-]+)">Reading list/.exec((await six.go('/saved')).text)![1]!;
    const open = `/u/reader-6/lists/${list}`;
    expect((await lab.stranger().go(open)).status).toBe(404);
    await six.send(`/saved/${list}`, { do: 'publish' });
    expect(await anybody(open)).toContain('lab notebook');
    expect((await anybody(`${open}/export.bib`)).match(/^@/gm)).toHaveLength(3);
    checkAtom(await anybody(`${open}/feed.atom`));
    for (const person of readers) await lab.vote(person, of(TUESDAY, 2));
    await lab.everybodySees(TUESDAY);
    await lab.everybodySees(MONDAY);
  });

  it('claims it on Wednesday, which a moderator grants', async () => {
    await morningOf(WEDNESDAY);
    const page = `/papers/${own}`;
    await author.send(`${page}/claim`, { do: 'claim', author: author.displayName, evidence: 'Ask the lab.' });
    expect((await author.go(`${page}/claim`)).text).toContain('A moderator will decide');
    expect((await author.send(`${page}/claim`, { do: 'links', links: '' })).status).toBe(403);
    const claim = /name="claim" value="([^"]+)"/.exec((await moderator.go('/moderation/claims')).text)![1]!;
    const mail = await lab.mailTo(author, () =>
      moderator.send('/moderation', { do: 'grant', claim, why: 'The lab says so.' }),
    );
    author.unseen++;
    expect(mail).toContain('Your claim to this paper was granted');
    await author.send(`${page}/claim`, {
      do: 'links',
      links: 'https://github.com/lab-example/notebook https://lab.example/notebook',
    });
    const thanks = await lab.say(author, own, 'Thank you. *Ask us anything.*');
    // Whoever submitted it is notified as well.
    readers[3]!.unseen++;
    await author.send(`${page}/claim`, { do: 'pin', comment: thanks });
    const shown = await anybody(page);
    expect(shown).toContain('Pinned by the authors');
    expect(shown).toContain('https://lab.example/notebook');
    expect(shown).toMatch(/class="badge">\s*Author/);
    expect(await anybody('/u/author-one')).toContain(`href="${page}"`);
    for (const person of [author, coauthor, readers[0]!]) await lab.vote(person, own);
    await lab.everybodySees(WEDNESDAY);
  });

  it('flags and moderates on Thursday', async () => {
    await morningOf(THURSDAY);
    const [one, two, three, , five] = readers as [Person, Person, Person, Person, Person];
    const paper = of(THURSDAY, 0);
    spam = await lab.say(three, paper, 'Cheap notebooks at https://shop.example');
    for (const person of [one, two, five])
      expect((await person.send(`/comments/${spam}/flag`, { reason: 'spam' })).text).toContain('Thank you');
    const queue = (await moderator.go('/moderation')).text;
    expect(queue).toContain(`/moderation/comments/${spam}`);
    expect(queue).toContain('Spam or advertising (3)');
    await moderator.send('/moderation', { do: 'hide', comment: spam, why: 'Advertising.' });
    await moderator.send('/moderation', { do: 'uphold', subject: `comment ${spam}`, why: 'Agreed.' });
    for (const who of [...lab.people.values(), lab.stranger()])
      expect((await who.go(`/papers/${paper}`)).text).not.toContain('Cheap notebooks');
    expect(await anybody(`/papers/${paper}/comments/feed.atom`)).not.toContain('Cheap notebooks');
    await moderator.send('/moderation', { do: 'ban-domain', domain: 'shop.example', why: 'Advertising.' });
    const again = await three.send(`/papers/${paper}/comments`, {
      text: 'https://www.shop.example',
      do: 'send',
    });
    expect([again.status, again.text]).toEqual([403, expect.stringContaining('Links to shop.example')]);

    // What was hidden by mistake comes back by the log.
    await moderator.send('/moderation', { do: 'hide', comment: question, why: 'The wrong one.' });
    expect(await anybody(`/papers/${of(MONDAY, 0)}`)).not.toContain('class="quoting"');
    const log = (await moderator.go('/moderation/log')).text;
    const [, entry] = /name="entry" value="(\d+)"/.exec(log.slice(log.indexOf('The wrong one.') - 400))!;
    await moderator.send('/moderation/undo', { entry: entry!, why: 'My mistake.' });
    expect(await anybody(`/papers/${of(MONDAY, 0)}`)).toContain('class="quoting"');
    const told = await anybody('/moderation/log');
    for (const reason of ['Advertising.', 'The wrong one.', 'My mistake.', 'The lab says so.'])
      expect(told).toContain(reason);
    expect(told).not.toMatch(/Cheap notebooks|@lab\.example|name="entry"/);
    for (const person of [one, two]) await lab.vote(person, paper);
    await lab.everybodySees(THURSDAY);
    await lab.everybodySees(MONDAY);
  });

  it('founds an organisation on Friday, and somebody leaves with all their data', async () => {
    await morningOf(FRIDAY);
    const page = '/orgs/the-lab';
    expect((await author.send('/orgs', { name: 'The Lab' })).to).toBe(page);
    await coauthor.send(page, { do: 'join' });
    const [, asked] = /name="account" value="(\d+)"/.exec((await author.go(page)).text)!;
    const mail = await lab.mailTo(coauthor, () => author.send(page, { do: 'accept', account: asked! }));
    expect(mail).toContain('You are now a member of The Lab');
    coauthor.unseen++;
    const shown = await anybody(page);
    for (const said of ['Author One', 'Author Two', 'lab notebook']) expect(shown).toContain(said);

    const two = readers[1]!;
    await lab.vote(two, of(FRIDAY, 0));
    await two.send('/settings/votes', { shows: '0' });
    expect(await anybody('/u/reader-2')).not.toContain('Voted for');

    // Reader 5 has written, voted, flagged and followed.
    leaver = readers[4]!;
    const farewell = await lab.say(leaver, own, 'Farewell, and thanks for all the pages.');
    for (const watcher of [author, readers[3]!]) watcher.unseen++;
    const data = JSON.parse((await leaver.go('/settings/data.json')).text);
    const voted = data.votes.map(({ paper }: { paper: string }) => paper);
    expect(voted.sort()).toEqual([...leaver.votes].sort());
    expect(data.comments).toMatchObject([{ id: farewell, text: 'Farewell, and thanks for all the pages.' }]);
    expect(data.flags).toMatchObject([{ subject: `comment ${spam}` }]);
    expect(data.follows).toHaveLength(2);
    expect(JSON.stringify(data)).not.toMatch(/@lab\.example(?<!reader-5@lab\.example)/);
    // They came in on Monday, so they have to show that it is them.
    const sure = { comments: 'keep', name: leaver.handle };
    expect((await leaver.send('/settings/delete', sure)).status).toBe(403);
    expect((await leaver.go('/settings/delete')).text).toContain('Sign in again');
    expect((await leaver.go('/sign-in?again=1')).text).toContain(`value="${leaver.email}"`);
    await lab.signIn(leaver, '/settings/delete');
    expect((await leaver.send('/settings/delete', sure)).text).toContain('Your account is deleted');
    lab.people.delete(leaver.handle);
    expect((await lab.stranger().go('/u/reader-5')).status).toBe(404);
    const left = await anybody(`/papers/${own}`);
    expect(left).toContain('Farewell');
    expect(left).not.toMatch(/Reader 5|reader-5/);
    for (const day of DAYS) await lab.everybodySees(day);
  });

  it('rests at the weekend, and reads what the week was', async () => {
    await lab.clock.set('2026-06-13T09:00:00Z');
    await lab.vote(readers[0]!, of(FRIDAY, 1));
    await lab.clock.set('2026-06-14T20:00:00Z');
    const front = await anybody('/');
    expect(votesIn(front).size).toBeGreaterThan(10);
    for (const day of DAYS) await lab.everybodySees(day);
    const trending = votesIn(await anybody('/papers/trending'));
    expect(trending.size).toBeGreaterThan(10);
    for (const [id, { votes }] of trending)
      expect([id, votes]).toEqual([id, lab.before.get(id)! + lab.votesFor(id)]);
    const weekly = await anybody('/papers/week/2026-W24');
    expect(weekly).toContain(`/papers/${of(MONDAY, 0)}"`);
    for (const path of [
      '/papers/trending',
      '/papers/week/2026-W24',
      '/',
      `/papers/${own}`,
      '/moderation/log',
      '/orgs/the-lab',
    ]) {
      for (const who of [lab.stranger(), operator, readers[0]!]) {
        const { status, text } = await who.go(path);
        expect([path, status, faults(text)]).toEqual([path, 200, []]);
      }
    }
    for (const path of ['/feed.atom', '/papers/trending/feed.atom', `/papers/${own}/comments/feed.atom`])
      checkAtom(await anybody(path));
  });

  it('adds up at the end', async () => {
    const { read } = lab.store;
    const votes = await read
      .selectFrom('votes')
      .innerJoin('papers', 'papers.pk', 'votes.paper')
      .innerJoin('accounts', 'accounts.id', 'votes.voter')
      .select(['papers.id', 'accounts.name'])
      .execute();
    // What they remember is what is there, and what is there is what is counted.
    const remembered = [...lab.people.values()].flatMap(({ handle, votes: all }) =>
      [...all].map((id) => `${handle} ${id}`),
    );
    expect(votes.map(({ id, name }) => `${name} ${id}`).sort()).toEqual(remembered.sort());
    const totals = await read.selectFrom('papers').select(['id', 'upvotes', 'comments']).execute();
    for (const { id, upvotes } of totals)
      expect([id, upvotes]).toEqual([
        id,
        lab.before.get(id)! + votes.filter((vote) => vote.id === id).length,
      ]);
    const shown = await read
      .selectFrom('comments')
      .innerJoin('papers', 'papers.pk', 'comments.paper')
      .select(['papers.id', 'comments.state'])
      .execute();
    const answer = JSON.parse(await anybody(`/api/v1/papers/${own}`));
    expect(answer.comments).toBe(shown.filter(({ id, state }) => id === own && state === 'shown').length);

    // Nobody learns what Reader 2 votes for, who Reader 5 was, or anybody's address.
    const secret = of(FRIDAY, 0);
    const everywhere = [
      '/',
      '/papers/trending',
      `/papers/${secret}`,
      `/papers/${secret}/why`,
      '/u/reader-2',
      '/u/reader-6',
    ]
      .concat(`/papers/${own}`, `/papers/${own}/comments`, '/moderation/log', '/orgs', '/orgs/the-lab')
      .concat(`/api/v1/papers/${secret}`, `/api/v1/papers/${secret}/standing`, `/api/papers/${secret}`)
      .concat(
        '/feed.atom',
        `/papers/${own}/comments/feed.atom`,
        '/api/daily_papers',
        `/papers/${own}/comments/feed.json`,
      );
    for (const path of everywhere)
      for (const who of [lab.stranger(), readers[0]!]) {
        // A reader's own address is in their forms for getting mail.
        const text = (await who.go(path)).text.replaceAll(readers[0]!.email, '');
        expect(text, path).not.toMatch(/Reader 5|reader-5|@lab\.example/);
        if (path.includes(secret)) expect(text, path).not.toMatch(/Reader 2|reader-2/);
      }
    expect(await anybody('/u/reader-2')).not.toContain(`/papers/${secret}"`);

    // An export has every row of its owner, and of nobody else.
    const one = readers[0]!;
    const { id } = await read
      .selectFrom('accounts')
      .select('id')
      .where('name', '=', one.handle)
      .executeTakeFirstOrThrow();
    const data = JSON.parse((await one.go('/settings/data.json')).text);
    expect(data.accounts).toMatchObject([{ id, name: one.handle, email: one.email }]);
    expect(data.votes).toHaveLength(one.votes.size);
    for (const [table, column] of [
      ['comments', 'author'],
      ['notices', 'account'],
      ['flags', 'account'],
      ['sessions', 'account'],
    ] as const) {
      const rows = await read
        .selectFrom(table as 'comments')
        .selectAll()
        .where(column as 'author', '=', id)
        .execute();
      expect([table, data[table].length]).toEqual([table, rows.length]);
      expect(rows.length, table).toBeGreaterThan(0);
    }
    await picturesOf(lab, {
      own,
      paper: of(MONDAY, 0),
      people: { operator, moderator, author, reader: readers[5]! },
    });
  });
}
