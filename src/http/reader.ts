/** The signed-in reader, as pages know them. */

export interface Reader {
  id: number;
  /** In addresses. */
  name: string;
  displayName: string;
  /** The session they asked with. */
  session: string;
  /** When it began, epoch ms. */
  signedInAt: number;
  role: 'member' | 'moderator' | 'admin';
  /** A silenced reader has no powers, whatever the role. */
  state: 'active' | 'silenced' | 'banned' | 'deleted';
}

/**
 * The content of a reader's slots, by name; slots that are missing stay as they are. One call for the whole page.
 *
 * @param path of the page
 */
export type FillSlots = (
  reader: Reader,
  names: readonly string[],
  path: string,
) => Promise<ReadonlyMap<string, string>>;
