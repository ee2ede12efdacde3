/** Ten thousand replies of a model that does what it should not: nothing untrue is published. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Outgoing } from '../net/outgoing.ts';
import {
  type BadModel,
  badModel,
  type Invented,
  inventedAbstract,
  type Manner,
  type Random,
  randomFrom,
  type Script,
  WAYS_TO_BE_WRONG,
  withoutServer,
} from './bad-model.fixture.ts';
import type { Budget } from './budget.ts';
import { BadAnswer, Model, ModelRefuses, ModelUnavailable } from './model.ts';
import { checked, type Summarised, summarise } from './write.ts';

const REPLIES = 10_000;
/** Of these, so many through a connection. */
const CONNECTED = 1_000;
/** Requests at once. */
const AT_ONCE = 24;
const MANNERS: Manner[] = [
  'prose',
  'with prose around it',
  'half of it',
  'cut at its end',
  'cut off',
  'thinking only',
  'other types',
  'nothing',
  '429',
  '500',
];

/** No budget: budget.test.ts has that. */
const free: Budget = { take: async (tokens) => ({ day: '2026-12-01', tokens }), settle: async () => {} };
const asking = (model: Model, signal?: AbortSignal) => ({ model, budget: free, ...(signal && { signal }) });

/** A reply of which most is untrue. */
function wrongReply(paper: Invented, random: Random): string {
  const ways = Object.values(WAYS_TO_BE_WRONG);
  const [summary, ...points] = Array.from({ length: 4 }, () => {
    const truth = random.one(paper.truths);
    if (random.below(5) === 0) return truth;
    for (;;) {
      const changed = random.one(ways)(truth, random);
      if (changed) return changed;
    }
  });
  return JSON.stringify({ summary, points, keywords: ['ImageNet', 'sparse decoder', '99.9%'], extra: 1 });
}

/** How the reply of a number is sent. */
function mannerOf(sent: number, random: Random): Manner {
  if (sent % 2_000 === 0) return 'huge';
  if (sent % 2_500 === 1) return 'hanging';
  if (sent % 6 === 0) return random.one(MANNERS);
  return sent % 7 === 0 ? 'thinking first' : sent % 11 === 0 ? 'fenced' : 'well';
}

/** Everything published must be true, and may name nothing and count nothing that the abstract does not. */
function expectTrue(paper: Invented, { written }: Summarised): number {
  const sentences = [...(written.summary ? [written.summary] : []), ...written.points];
  for (const { text, start, end } of sentences) {
    const truth = paper.truths.find((one) => one.text === text);
    expect(truth, `published, and untrue: ${text}\n${paper.abstract}`).toBeDefined();
    expect(paper.abstract.slice(start, end)).toBe(truth!.quote);
  }
  for (const word of written.keywords) expect(paper.abstract.toLowerCase()).toContain(word.toLowerCase());
  return sentences.length;
}

describe('a model that is wrong', () => {
  it(`has nothing untrue published in ${REPLIES} replies, streamed and not`, {
    timeout: 240_000,
  }, async () => {
    const random = randomFrom(19);
    const papers = Array.from({ length: 60 }, () => inventedAbstract(random));
    const byAbstract = new Map(papers.map((paper) => [paper.abstract, paper]));
    let sent = 0;
    const script = (user: string): Script => {
      sent++;
      const { abstract } = JSON.parse(user.slice(user.indexOf('{'))) as { abstract: string };
      return {
        says: wrongReply(byAbstract.get(abstract)!, random),
        manner: mannerOf(sent, random),
        isStreamed: sent % 2 === 0,
        used: sent % 3 === 0 ? undefined : 700,
      };
    };
    // A part of them through a real connection.
    const server = await badModel(script);
    const at = { base: server.url, api: 'openai' as const, model: 'm', key: '', idleMs: 2_000 };
    const connected = new Model(at);
    const direct = new Model({ ...at, outgoing: withoutServer(script) as Outgoing });
    let published = 0;
    let read = 0;
    const failed = new Map<string, number>();
    const worker = async (): Promise<void> => {
      while (sent < REPLIES) {
        const paper = random.one(papers);
        try {
          const model = sent < CONNECTED ? connected : direct;
          const found = expectTrue(paper, await summarise(asking(model), paper));
          published += found;
          read++;
        } catch (error) {
          if (!(error instanceof BadAnswer || error instanceof ModelUnavailable)) throw error;
          failed.set(error.name, (failed.get(error.name) ?? 0) + 1);
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    } finally {
      await server.close();
    }
    expect(sent).toBeGreaterThanOrEqual(REPLIES);
    // The checks are no wall: what is true is published.
    expect(read).toBeGreaterThan(REPLIES / 2);
    expect(published).toBeGreaterThan(read / 4);
    expect([...failed.keys()].sort()).toEqual(['BadAnswer', 'ModelUnavailable']);
  });

  it('is wrong in each of the ways, and in none of them believed', () => {
    const random = randomFrom(7);
    const tried = new Map<string, number>();
    for (let i = 0; i < 40; i++) {
      const paper = inventedAbstract(random);
      for (const truth of paper.truths) {
        const found = checked(paper, { summary: truth, points: [], keywords: [] });
        expect(found.dropped, `${truth.text}\n${truth.quote}`).toEqual([]);
        for (const [way, change] of Object.entries(WAYS_TO_BE_WRONG)) {
          const wrong = change(truth, random);
          if (!wrong) continue;
          tried.set(way, (tried.get(way) ?? 0) + 1);
          const { written } = checked(paper, { summary: wrong, points: [], keywords: [] });
          if (written.summary) expectTrue(paper, { written, dropped: [] });
        }
      }
    }
    expect([...tried.keys()].sort()).toEqual(Object.keys(WAYS_TO_BE_WRONG).sort());
  });
});

describe('the client', () => {
  const paper = inventedAbstract(randomFrom(3));
  const good = JSON.stringify({
    summary: paper.truths[0],
    points: paper.truths.slice(3, 5),
    keywords: ['sparse decoder'],
  });
  const servers: BadModel[] = [];
  const serve = async (script: Parameters<typeof badModel>[0]): Promise<BadModel> => {
    const server = await badModel(script);
    servers.push(server);
    return server;
  };
  afterAll(() => Promise.all(servers.map((server) => server.close())));
  const modelAt = (server: BadModel, more: Partial<ConstructorParameters<typeof Model>[0]> = {}): Model =>
    new Model({
      base: server.url,
      api: 'openai',
      model: 'the-model',
      key: 'sk-secret',
      idleMs: 5_000,
      ...more,
    });

  it.each([
    ['streamed, with a schema', { isStreamed: true, used: 55 }, 55, 1],
    ['in one piece, with a schema', { isStreamed: false, used: 55 }, 55, 1],
    ['streamed, with JSON of any kind', { knows: 'json' as const, used: 55 }, 55, 2],
    ['in one piece, with plain text', { knows: 'plain' as const, isStreamed: false, used: 55 }, 55, 3],
    ['streamed, without a count of tokens', { isStreamed: true }, null, 1],
  ])('reads an answer %s', async (_, script, used, requests) => {
    const server = await serve(() => ({ says: good, ...script }));
    const model = modelAt(server);
    const said = await model.ask({ system: 's', user: 'u', schema: { name: 'n', schema: {} }, most: 10 });
    expect(said).toEqual({ text: good, used });
    expect(server.requests).toHaveLength(requests);
    expect(server.requests[0]).toMatchObject({
      path: '/chat/completions',
      headers: { authorization: 'Bearer sk-secret' },
      body: { model: 'the-model', max_tokens: 10, temperature: 0 },
    });
    // What the server has taken once is asked for at once.
    await model.ask({ system: 's', user: 'u', schema: { name: 'n', schema: {} }, most: 10 });
    expect(server.requests).toHaveLength(requests + 1);
  });

  it('speaks Ollama’s own protocol, with its own switch', async () => {
    const server = await serve(() => ({ says: good, used: 55 }));
    const model = modelAt(server, { api: 'ollama', key: '' });
    const said = await model.ask({
      system: 's',
      user: 'u',
      schema: { name: 'n', schema: { a: 1 } },
      most: 10,
    });
    expect(said).toEqual({ text: good, used: 55 });
    expect(server.requests[0]).toMatchObject({
      path: '/api/chat',
      body: { think: false, format: { a: 1 }, options: { num_predict: 10 } },
    });
    expect(server.requests[0]!.headers.authorization).toBeUndefined();
  });

  it('repairs a reply once, and refuses the second', async () => {
    const server = await serve((_, __, count) => ({ says: good, manner: count === 1 ? 'prose' : 'well' }));
    const found = await summarise(asking(modelAt(server)), paper);
    expect(found.written.points).toHaveLength(2);
    expect(server.requests).toHaveLength(2);
    expect((server.requests[1]!.body.messages as unknown[]).length).toBe(4);
    for (const manner of [
      'prose',
      'half of it',
      'cut at its end',
      'cut off',
      'thinking only',
      'other types',
      'huge',
      'with prose around it',
    ] as const) {
      const stubborn = await serve((_, __, count) => ({ says: good, manner, isStreamed: count % 2 === 0 }));
      await expect(summarise(asking(modelAt(stubborn)), paper), manner).rejects.toThrow(/./);
      expect(stubborn.requests.length, manner).toBeLessThanOrEqual(2);
    }
  });

  it('is told to wait, and never to carry the key elsewhere', async () => {
    const busy = await serve(() => ({ says: good, manner: '429' }));
    await expect(summarise(asking(modelAt(busy)), paper)).rejects.toMatchObject({
      name: 'ModelUnavailable',
      waitMs: 1000,
    });
    const hanging = await serve(() => ({ says: good, manner: 'hanging' }));
    await expect(summarise(asking(modelAt(hanging, { idleMs: 50 })), paper)).rejects.toThrow(
      'did not answer within',
    );
    const stop = new AbortController();
    const given = summarise(asking(modelAt(hanging), stop.signal), paper);
    stop.abort(new Error('the site stops'));
    await expect(given).rejects.toThrow('the site stops');
    const gone = new Model({ base: 'http://127.0.0.1:9', api: 'openai', model: 'm', key: 'sk-secret' });
    await expect(summarise(asking(gone), paper)).rejects.toBeInstanceOf(ModelUnavailable);
    const away = new Model({
      base: 'http://10.1.2.3.nip.invalid',
      api: 'openai',
      model: 'm',
      key: 'sk-secret',
    });
    await expect(summarise(asking(away), paper)).rejects.not.toThrow('sk-secret');
    const closed = await serve(() => ({ says: good, refuses: 'Incorrect key: sk-secret.' }));
    const refused = summarise(asking(modelAt(closed)), paper);
    await expect(refused).rejects.toBeInstanceOf(ModelRefuses);
    await expect(refused).rejects.toThrow('answered 401: Incorrect key: …. (see LLM_KEY)');
    // Wherever the message is cut, no part of the key is left.
    for (let before = 185; before < 205; before++) {
      const long = await serve(() => ({ says: good, refuses: `${'x'.repeat(before)}sk-secret.` }));
      await expect(summarise(asking(modelAt(long)), paper)).rejects.not.toThrow(/sk-?/);
    }
    const strict = await serve(() => ({ says: good, knows: 'plain' }));
    expect((await summarise(asking(modelAt(strict)), paper)).dropped).toEqual([]);
  });
});
