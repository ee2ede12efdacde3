/** What a reader cannot do with their own things, as a response. */
import { NoSuchPaper } from '../../community/papers.ts';
import { PersonalRefused } from '../../community/personal/own-change.ts';
import { WebError } from '../../http/errors.ts';
import { noSuchPaper } from '../../http/find.ts';

/** Changes something of a reader's own. @throws WebError */
export async function personal<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PersonalRefused) throw new WebError(400, error.message);
    if (error instanceof NoSuchPaper) throw noSuchPaper();
    throw error;
  }
}
