/** Pictures of a lab's pages, for people to look at: `SCREENSHOTS=folder`. */
import { mkdirSync } from 'node:fs';
import { chromiumPath, launch } from './e2e/browser.ts';
import type { Lab, Person } from './lab.ts';

const WIDTHS = [390, 1280];

interface Shown {
  own: string;
  paper: string;
  people: Record<'operator' | 'moderator' | 'author' | 'reader', Person>;
}

/** Takes them, if there is a folder for them. */
export async function picturesOf(lab: Lab, { own, paper, people }: Shown): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  const path = folder ? chromiumPath() : null;
  if (!folder || path === null) return;
  mkdirSync(folder, { recursive: true });
  const { operator, moderator, author, reader } = people;
  const pages: [string, Person | null, string][] = [
    ['front', null, '/'],
    ['front-reader', reader, '/'],
    ['paper', null, `/papers/${paper}`],
    ['own-paper', author, `/papers/${own}`],
    ['claim', author, `/papers/${own}/claim`],
    ['person', null, '/u/author-one'],
    ['organisation', author, '/orgs/the-lab'],
    ['saved', reader, '/saved'],
    ['notifications', author, '/notifications'],
    ['settings', author, '/settings'],
    ['delete', author, '/settings/delete'],
    ['tokens', author, '/settings/tokens'],
    ['sign-in-again', author, '/sign-in?again=1&next=%2Fsettings%2Ftokens'],
    ['moderation', moderator, '/moderation'],
    ['log', null, '/moderation/log'],
    ['people', operator, '/admin/people'],
  ];
  const browser = await launch(path);
  for (const width of WIDTHS)
    for (const colorScheme of ['light', 'dark'] as const)
      for (const [name, who, address] of pages) {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
        const [cookie = '', value = ''] = who?.cookie().split('=') ?? [];
        if (value) await context.addCookies([{ name: cookie, value, url: lab.site.url }]);
        const page = await context.newPage();
        await page.goto(lab.site.url + address);
        await page.screenshot({
          path: `${folder}/${name}-${width}-${colorScheme}.png`,
          fullPage: width < 1000,
        });
        await context.close();
      }
  await browser.close();
}
