/** Who is signed in, as pages know them. */

export interface Reader {
  id: number;
  /** In addresses. */
  name: string;
  displayName: string;
  /** The session they asked with. */
  session: string;
  role: 'member' | 'moderator' | 'admin';
}

/**
 * What slots hold for a reader, by name; those that are missing stay as they are. All of a page in one question.
 *
 * @param path of the page
 */
export type FillSlots = (
  reader: Reader,
  names: readonly string[],
  path: string,
) => Promise<ReadonlyMap<string, string>>;
