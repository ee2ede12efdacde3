/** `doctor mail`: whether the big receivers would take email of this site. */
import { isIP } from 'node:net';
import { bounceDoor } from '../../mail/bounce-door.ts';
import { checkDomain } from '../../mail/domain-check.ts';
import { mailHost, senderOf } from '../../mail/server.ts';
import { type Context, EXIT, optionText, UsageError } from '../command.ts';

const MARK = { ok: '✓', warning: '!', problem: '✗' };

export async function doctorMail(context: Context): Promise<number> {
  const { config, io, json } = context;
  const ip = optionText(context, 'ip');
  if (ip !== undefined && isIP(ip) === 0) throw new UsageError(`'${ip.slice(0, 60)}' is not an IP address`);
  if (config.OFFLINE) {
    io.note('OFFLINE=1: neither the DNS nor the mail server is asked.');
    return EXIT.ok.code;
  }
  const door = bounceDoor(config.BOUNCE_URL);
  const sender = door === null ? senderOf(config) : (door.address ?? `bounce@${mailHost(config)}`);
  const returnDomain = sender.slice(sender.lastIndexOf('@') + 1);
  const findings = await checkDomain({ config, returnDomain, ...(ip !== undefined && { from: [ip] }) });
  for (const finding of findings) {
    if (json) io.out(JSON.stringify(finding));
    else {
      io.out(`${MARK[finding.state]} ${finding.check.padEnd(9)} ${finding.says}`);
      if (finding.refusedBy.length > 0)
        io.out(`            ${finding.refusedBy.join(', ')} would refuse it or take it for spam.`);
      if (finding.next !== null) io.out(`            ${finding.next}`);
    }
  }
  return findings.some(({ state }) => state === 'problem') ? EXIT.unwell.code : EXIT.ok.code;
}
