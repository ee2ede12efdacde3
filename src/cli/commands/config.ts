/** `config`: the current settings and where each comes from. */
import { SETTINGS, type SettingName } from '../../config.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { closest, meantBy } from '../misspelt.ts';

export const configCommand: Command = {
  name: 'config',
  says: 'print the current settings and where each comes from',
  usage: '[NAME…]',
  help: [
    'Prints the current settings and where each comes from: the environment, a file, or the default. Secrets are not',
    'printed, nor are passwords in addresses. Without names, only settings that differ from the default are',
    'printed; --all prints every one.',
  ].join('\n'),
  options: [{ name: 'all', says: 'include settings left at their default' }],
  async run({ settings, words, options, json, io }) {
    if (settings === undefined) throw new Error('there are no settings');
    const names = Object.keys(SETTINGS) as SettingName[];
    const unknown = words.find((word) => !names.some((name) => name === word));
    if (unknown !== undefined) {
      const meant = meantBy(unknown) ?? closest(unknown.toUpperCase(), names);
      throw new UsageError(
        `there is no setting '${unknown.slice(0, 60)}'${meant ? `; did you mean ${meant}?` : ''}`,
      );
    }
    const { env, origins } = settings;
    const shown = names.filter((name) =>
      words.length > 0 ? words.includes(name) : options.all === true || origins[name] !== 'default',
    );
    for (const name of shown) {
      const { secret, default: fallback } = SETTINGS[name];
      const text = withoutPassword(env[name]?.trim() || fallback);
      const hidden = secret === true && text !== '';
      const value = hidden ? null : text;
      const from = origins[name];
      if (json) io.out(JSON.stringify({ name, value, from, ...(hidden && { secret: true }) }));
      else io.out(`${name}=${hidden ? '(secret)' : value}  # ${from}`);
    }
    if (shown.length === 0 && !json)
      io.note('Every setting has its default; --all prints them. docs/settings.md describes them.');
    return EXIT.ok.code;
  },
};

/** Addresses may contain a name and a password. */
const withoutPassword = (value: string): string => value.replace(/\/\/[^\s/@]+@/g, '//…@');
