/** The services whose accounts can sign in here, as the settings name them. */
import type { Config } from '../config.ts';
import { isLoopback } from '../net/addresses.ts';

/** How a service answers: with OpenID Connect, described at its issuer, or as GitHub does. */
/** ORCID as an issuer: its subjects are ORCID iDs. */
export const ORCID = 'https://orcid.org';

export type Protocol =
  | { kind: 'oidc'; issuer: string; scope: string }
  | { kind: 'github'; issuer: string; api: string };

export interface Provider {
  /** In addresses: `/sign-in/with/{key}`. */
  key: 'oidc' | 'github' | 'orcid' | 'hf';
  /** As people know it. */
  name: string;
  protocol: Protocol;
  clientId: string;
  /** Null: the service gave none. */
  clientSecret: string | null;
}

type Settings = Pick<
  Config,
  | 'OFFLINE'
  | 'PUBLIC_URL'
  | 'OIDC_ISSUER'
  | 'OIDC_CLIENT_ID'
  | 'OIDC_CLIENT_SECRET'
  | 'GITHUB_CLIENT_ID'
  | 'GITHUB_CLIENT_SECRET'
  | 'ORCID_CLIENT_ID'
  | 'ORCID_CLIENT_SECRET'
  | 'HF_CLIENT_ID'
  | 'HF_CLIENT_SECRET'
>;

/** @param warn receives a sentence about each service that is set up in part only */
export function providersOf(config: Settings, warn: (says: string) => void): Provider[] {
  const all: Provider[] = [];
  const add = (setting: string, provider: Omit<Provider, 'clientId'> & { clientId: string | null }): void => {
    const { clientId, protocol } = provider;
    if (clientId === null) return;
    if (config.PUBLIC_URL === null) warn(`${setting} has no effect without PUBLIC_URL`);
    else if (config.OFFLINE && !isLoopback(protocol.issuer)) warn(`OFFLINE=1: ${setting} has no effect`);
    else all.push({ ...provider, clientId });
  };
  if (config.OIDC_ISSUER !== null) {
    if (config.OIDC_CLIENT_ID === null) warn('OIDC_ISSUER has no effect without OIDC_CLIENT_ID');
    add('OIDC_ISSUER', {
      key: 'oidc',
      name: new URL(config.OIDC_ISSUER).host,
      protocol: { kind: 'oidc', issuer: config.OIDC_ISSUER, scope: 'openid profile email' },
      clientId: config.OIDC_CLIENT_ID,
      clientSecret: config.OIDC_CLIENT_SECRET,
    });
  } else if (config.OIDC_CLIENT_ID !== null) warn('OIDC_CLIENT_ID has no effect without OIDC_ISSUER');
  add('GITHUB_CLIENT_ID', {
    key: 'github',
    name: 'GitHub',
    protocol: { kind: 'github', issuer: 'https://github.com', api: 'https://api.github.com' },
    clientId: config.GITHUB_CLIENT_ID,
    clientSecret: config.GITHUB_CLIENT_SECRET,
  });
  add('ORCID_CLIENT_ID', {
    key: 'orcid',
    name: 'ORCID',
    // It gives no email address.
    protocol: { kind: 'oidc', issuer: ORCID, scope: 'openid' },
    clientId: config.ORCID_CLIENT_ID,
    clientSecret: config.ORCID_CLIENT_SECRET,
  });
  add('HF_CLIENT_ID', {
    key: 'hf',
    name: 'Hugging Face',
    protocol: { kind: 'oidc', issuer: 'https://huggingface.co', scope: 'openid profile email' },
    clientId: config.HF_CLIENT_ID,
    clientSecret: config.HF_CLIENT_SECRET,
  });
  return all;
}
