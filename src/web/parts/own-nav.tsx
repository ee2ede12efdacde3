/** Navigation between a reader's own pages. */
import { personPath } from '../../present/urls.ts';

export type OwnSection = 'saved' | 'following' | 'notifications' | 'settings';

const SECTIONS: [OwnSection, string][] = [
  ['saved', 'Saved'],
  ['following', 'Following'],
  ['notifications', 'Notifications'],
  ['settings', 'Settings'],
];

/** @param name of the reader, in addresses */
export const OwnNav = ({ name, current }: { name: string; current: OwnSection }) => (
  <nav class="tabs own-nav" aria-label="Your pages">
    {SECTIONS.map(([section, says]) => (
      <a href={`/${section}`} {...(section === current ? { 'aria-current': 'page' as const } : {})}>
        {says}
      </a>
    ))}
    <a href={personPath(name)}>Your page</a>
  </nav>
);
