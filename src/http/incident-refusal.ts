import { BlockList, isIP } from 'node:net';
import type { Request, Response } from 'express';
import { isKnown } from './guard/web-guard.ts';
import type { IncidentAccess } from './incident-access.ts';

/** Why whoever asks may not see incidents; undefined where they may. */
export function refusalOf(access: IncidentAccess, request: Request, response: Response): string | undefined {
  switch (access) {
    case 'public':
      return undefined;
    case 'off':
      return 'Incidents are not shown over HTTP here (--web.incidents=off)';
    case 'authenticated':
      return isKnown(response) ? undefined : 'Incidents are shown to who has logged in (--web.incidents=authenticated)';
    case 'loopback':
      return isFromThisHost(request)
        ? undefined
        : `Incidents are shown on this host alone, under http://localhost (--web.incidents=loopback). From elsewhere: ssh -L`;
  }
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Headers of proxies: who asks is not who has connected. */
const forwardings = ['Forwarded', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP', 'Via'];

/**
 * The connection comes from this host, by an address of this host. A web page elsewhere can point a name of its own at
 * 127.0.0.1 and have a browser here ask for it (DNS rebinding): a name is not enough, but for the one that cannot be moved.
 */
function isFromThisHost(request: Request): boolean {
  const { remoteAddress } = request.socket;
  // A unix socket has no address, and lets in whom its file permissions do.
  const isLocal = remoteAddress === undefined || isLoopback(remoteAddress);
  return isLocal && isLocalName(request.get('Host') ?? '') && forwardings.every((name) => request.get(name) === undefined);
}

function isLoopback(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && loopback.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

function isLocalName(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(name);
}
