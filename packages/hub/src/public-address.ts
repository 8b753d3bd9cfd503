import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** IANA's special-purpose registries: ranges that are not on the public internet. */
const RESERVED_IPV4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** Within the global unicast range 2000::/3. The first also holds Teredo, which hides an IPv4 address. */
const RESERVED_IPV6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
];

const reserved = new BlockList();
for (const [network, prefix] of RESERVED_IPV4) reserved.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of RESERVED_IPV6) reserved.addSubnet(network, prefix, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/**
 * Returns whether an IP address is on the public internet: not private, loopback, link-local, multicast or reserved. An IPv6
 * address that stands for an IPv4 address (mapped, NAT64, 6to4) is judged by that.
 *
 * @param address - as text, without brackets
 * @example
 * isPublicAddress('8.8.8.8'); // true
 * isPublicAddress('::ffff:127.0.0.1'); // false
 */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  if (version === 4) return !reserved.check(address, 'ipv4');
  const inner = embeddedIPv4(address);
  if (inner !== null) return isPublicAddress(inner);
  return globalUnicast.check(address, 'ipv6') && !reserved.check(address, 'ipv6');
}

function embeddedIPv4(address: string): string | null {
  const groups = groupsOf(address);
  const quad = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const start = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':');
  // ::ffff:a.b.c.d (RFC 4291), 64:ff9b::a.b.c.d (RFC 6052) and 2002:abcd:: (RFC 3056).
  if (start === '0:0:0:0:0:ffff' || start === '64:ff9b:0:0:0:0') return quad(groups[6], groups[7]);
  return groups[0] === 0x2002 ? quad(groups[1], groups[2]) : null;
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  // The URL parser writes every form in the shortest one, without a dotted part.
  const { hostname } = new URL(`http://[${address.split('%', 1)[0]}]`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const numbers = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [before, after] = [numbers(head), numbers(tail ?? '')];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/**
 * Resolves names as `dns.lookup` does, but gives public addresses only. Given to a connection, it decides about the very
 * addresses that the connection uses, so a name server that changes its answer gains nothing.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    const usable = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = usable;
    if (first === undefined) return callback(new PrivateAddress(hostname), '');
    if (options.all) callback(null, usable);
    else callback(null, first.address, first.family);
  });
};

/** The error of `lookupPublic` for a name that has no public address. */
export class PrivateAddress extends Error {
  constructor(host: string) {
    super(`${host} is not on the public internet`);
  }
}
