/**
 * What pages need besides the library, made here and nowhere else, once for each site: what draws preview images, how
 * often readers may subscribe, and messages that wait to be shown to the operator.
 */
import type { Web } from '../http/context.ts';
import { Limiter } from '../http/limiter.ts';
import type { Pictures } from './og.ts';

const HOUR = 3_600_000;
/** Messages that wait to be shown; more are not kept. */
const MOST_NOTES = 100;

export interface PageServices {
  /** Draws preview images. Loaded on first use: it brings a large library with it that a site may never need. */
  pictures(): Promise<Pictures>;
  /** By sender, and by recipient: nobody fills the table, or another's inbox. */
  subscribing: { senders: Limiter; receivers: Limiter };
  /** Messages by name. Each is shown by the process that made it, or not at all. */
  notes: Map<string, string>;
}

const services = new WeakMap<Web, PageServices>();

/** The services of a site. */
export function servicesOf(web: Web): PageServices {
  let known = services.get(web);
  if (!known) {
    known = {
      pictures: picturesOf(web),
      subscribing: { senders: new Limiter(20, HOUR), receivers: new Limiter(40, 24 * HOUR) },
      notes: new Map(),
    };
    services.set(web, known);
  }
  return known;
}

function picturesOf(web: Web): PageServices['pictures'] {
  let drawer: Promise<Pictures> | undefined;
  return () => {
    drawer ??= import('./og.ts').then(
      ({ Pictures }) => new Pictures(web.assets, web.site.name),
      (error: unknown) => {
        drawer = undefined;
        throw error;
      },
    );
    return drawer;
  };
}

/** Keeps a message until it is shown. */
export function keepNote(web: Web, name: string, note: string): void {
  const { notes } = servicesOf(web);
  notes.set(name, note);
  if (notes.size > MOST_NOTES) notes.delete(notes.keys().next().value!);
}
