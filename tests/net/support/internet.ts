// A small internet in namespaces: two hosts at home behind a router each, and a server.
//
//   a ~~~ home-a ---.              .--- home-b ~~~ b
//                    (us: a router)                ~ mobile-b ~
//                         |
//                         s
//
// ~~~ is a link whose conditions a test sets (Link); --- is a cable. The vitest process is in the
// middle. Homes translate addresses when a test wants it. Addresses are those for documentation, and
// private ones at home; nothing leaves the namespaces.
import { ip, run, runIn, type Family } from './commands'
import { Link } from './link'

export type Side = 'a' | 'b'

/**
 * How a home translates addresses: `open` does not. `port-restricted` keeps the port of a host for all
 * destinations; `symmetric` takes another one for each. Both let nobody in who was not spoken to.
 */
export type Nat = 'open' | 'port-restricted' | 'symmetric'

type Home = {
  readonly router: string
  /** The device of the host that leads here. */
  readonly device: string
  /** The number of its two networks. */
  readonly number: number
}
const homes = {
  a: { router: 'home-a', device: 'wan', number: 1 },
  b: { router: 'home-b', device: 'wan', number: 2 },
  mobile: { router: 'mobile-b', device: 'mobile', number: 3 },
} as const satisfies Record<string, Home>
export type HomeName = keyof typeof homes
const hostOf = (home: HomeName): Side => (home === 'a' ? 'a' : 'b')

const FORWARDING = ['/proc/sys/net/ipv4/ip_forward', '/proc/sys/net/ipv6/conf/all/forwarding']

/** The server's place in its network; and one at which nobody answers. */
const SERVER = 10
const NOBODY = 99
/** The usual place of a host at home; the router has 1. */
export const USUAL = 2

export class Internet {
  readonly family: Family
  readonly links = new Map<HomeName, Link>()
  readonly #used: readonly HomeName[]

  private constructor(family: Family, used: readonly HomeName[]) {
    this.family = family
    this.#used = used
  }

  /** With `mobile`, b has a second way into the internet, which it does not use at first. */
  static async make({
    family = 'ipv4',
    mobile = false,
  }: { family?: Family; mobile?: boolean } = {}) {
    if (process.env['PARLEY_OWN_NETWORKS'] !== '1') {
      throw new Error(
        'these tests make networks: run them with `make net`, or in tools/own-networks.sh',
      )
    }
    const internet = new Internet(family, mobile ? ['a', 'b', 'mobile'] : ['a', 'b'])
    await run('tee', FORWARDING, '1')
    await internet.#connectServer()
    await Promise.all(['a', 'b'].map((host) => addNetwork(host)))
    for (const name of internet.#used) await internet.#connectHome(name)
    await internet.reset()
    return internet
  }

  get server(): string {
    return this.#public(5, SERVER)
  }
  /** A server that takes packets and never answers. */
  get nobody(): string {
    return this.#public(5, NOBODY)
  }
  /** All addresses by which a host can be known: its own, and that of the router of its home. */
  addressesOf(host: Side): readonly string[] {
    const { number } = homes[host]
    return [this.#inside(number, USUAL), this.#public(number, 2)]
  }
  /** As it stands in a URL. */
  inUrl(address: string): string {
    return this.family === 'ipv6' ? `[${address}]` : address
  }

  link(home: HomeName): Link {
    const link = this.links.get(home)
    if (!link) throw new Error(`there is no ${home}`)
    return link
  }

  /** Translates the addresses of a home from now on; calls before do not survive that. */
  async translate(home: HomeName, nat: Nat, ports = '20000-29999'): Promise<void> {
    const { router } = homes[home]
    const how = nat === 'symmetric' ? `masquerade to :${ports} fully-random` : `masquerade`
    const rules =
      nat === 'open'
        ? ''
        : `
  chain leaving {
    type nat hook postrouting priority srcnat
    oifname "wan" meta l4proto { tcp, udp } ${how}
    oifname "wan" masquerade
  }
  chain passing {
    type filter hook forward priority filter
    iifname "wan" ct state new drop
  }
  # Else a stranger's packet takes the port that a host's answer to the stranger would keep.
  chain arriving {
    type filter hook input priority filter
    iifname "wan" ct state new meta l4proto { tcp, udp } drop
  }
`
    await runIn(
      router,
      'nft -f -',
      `table inet home\ndelete table inet home\ntable inet home {${rules}}`,
    )
    await runIn(router, 'conntrack -F')
  }

  /** The router of a home forgets all, as after a restart, and uses other ports. */
  async rebind(home: HomeName): Promise<void> {
    await this.translate(home, 'symmetric', '40000-49999')
  }

  /** Drops what a rule of nftables says, among all that passes the router of a home. */
  async block(home: HomeName, ...rules: readonly string[]): Promise<void> {
    const lines = rules.map((rule) => `${rule} counter drop`).join('\n')
    const chain = `chain passing { type filter hook forward priority filter - 1\n${lines}\n}`
    await runIn(homes[home].router, 'nft -f -', `table inet wall {\n${chain}\n}`)
  }
  async unblock(home: HomeName): Promise<void> {
    await runIn(homes[home].router, 'nft -f -', 'table inet wall\ndelete table inet wall')
  }

  /** Gives a host this address at a home instead of the one that it has; it sends by this home now. */
  async readdress(home: HomeName, place: number): Promise<void> {
    const { device, number } = homes[home]
    await this.#ip(
      hostOf(home),
      `address flush dev ${device} scope global`,
      `address add ${this.#with(this.#inside(number, place))} dev ${device}`,
      `route replace default dev ${device}`,
    )
  }
  /** The host gets an address there besides the one that it has, and uses it for nothing. */
  async join(home: HomeName, place: number): Promise<void> {
    const { device, number } = homes[home]
    await this.#ip(
      hostOf(home),
      `address add ${this.#with(this.#inside(number, place))} dev ${device}`,
    )
  }
  /** The interface loses its address: the cable is out, the access point out of reach. */
  async leaveHome(home: HomeName): Promise<void> {
    await this.#ip(hostOf(home), `address flush dev ${homes[home].device} scope global`)
  }

  /** As it was made: good links, no translation, usual addresses. */
  async reset(): Promise<void> {
    for (const name of [...this.#used].reverse()) {
      await this.link(name).reset()
      await this.translate(name, 'open')
      await this.unblock(name)
      if (name === 'mobile') await this.leaveHome(name)
      else await this.readdress(name, USUAL)
    }
  }

  async remove(): Promise<void> {
    await Promise.all([...this.links.values()].map((link) => link.end()))
    const networks = ['a', 'b', 's', ...this.#used.map((name) => homes[name].router)]
    for (const network of networks) {
      // A namespace may end later than it is deleted, and its cable with it.
      if (network !== 'a' && network !== 'b') await this.#ip(undefined, `link delete to-${network}`)
      await run('ip', ['netns', 'delete', network])
    }
    await this.#ip(undefined, `route delete blackhole ${this.nobody}`)
  }

  #ip(network: string | undefined, ...lines: readonly string[]): Promise<void> {
    return ip(network, this.family, ...lines)
  }

  async #connectServer(): Promise<void> {
    await addNetwork('s')
    await this.#cable('s', 5, SERVER)
    await this.#ip(undefined, `route add blackhole ${this.nobody}`)
  }

  async #connectHome(name: HomeName): Promise<void> {
    const { router, device, number } = homes[name]
    const host = hostOf(name)
    await addNetwork(router)
    await this.#cable(router, number, 2)
    const link = await Link.between({ network: host, device }, { network: router, device: 'lan' })
    this.links.set(name, link)
    await this.#ip(host, `link set ${device} up`)
    const gateway = this.#inside(number, 1)
    await this.#ip(router, `link set lan up`, `address add ${this.#with(gateway)} dev lan`)
    await this.#ip(undefined, `route add ${this.#network(gateway)} via ${this.#public(number, 2)}`)
  }

  /** A cable from the middle to a namespace, whose device is `wan`, with a default route to us. */
  async #cable(network: string, number: number, place: number): Promise<void> {
    const ours = `to-${network}`
    const [near, far] = [this.#public(number, 1), this.#public(number, place)]
    await this.#ip(
      undefined,
      `link add ${ours} type veth peer name wan netns ${network}`,
      `address add ${this.#with(near)} dev ${ours}`,
      `link set ${ours} up`,
    )
    await this.#ip(
      network,
      `address add ${this.#with(far)} dev wan`,
      'link set wan up',
      `route add default via ${near}`,
    )
  }

  /** An address in the internet. Networks are numbered. */
  #public(number: number, place: number): string {
    if (this.family === 'ipv6') return `2001:db8:${String(number)}::${String(place)}`
    return number === 5 ? `203.0.113.${String(place)}` : `198.51.100.${String(number * 32 + place)}`
  }
  /** An address at home. */
  #inside(number: number, place: number): string {
    return this.family === 'ipv6'
      ? `2001:db8:1${String(number)}::${String(place)}`
      : `10.0.${String(number)}.${String(place)}`
  }
  #with(address: string): string {
    if (this.family === 'ipv6') return `${address}/64 nodad`
    return address.startsWith('198.') ? `${address}/27` : `${address}/24`
  }
  #network(address: string): string {
    return this.family === 'ipv6'
      ? address.replace(/::.*/, '::/64')
      : address.replace(/\d+$/, '0/24')
  }
}

async function addNetwork(name: string): Promise<void> {
  await run('ip', ['netns', 'add', name])
  await runIn(name, ['tee', ...FORWARDING].join(' '), '1')
  await ip(name, 'ipv4', 'link set lo up')
}
