// SPDX-License-Identifier: LGPL-2.1-or-later

// The court's relay, as docs/coturn.conf has it; and just enough of TURN over TCP (RFC 8656) to ask a relay for what
// no browser would.

import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

import { top } from './people.mjs';

const COOKIE = 0x2112a442;
const ALLOCATE = 0x0003;
const CREATE_PERMISSION = 0x0008;
const USERNAME = 0x0006;
const INTEGRITY = 0x0008;
const ERROR_CODE = 0x0009;
const PEER_ADDRESS = 0x0012;
const REALM = 0x0014;
const NONCE = 0x0015;
const REQUESTED_TRANSPORT = 0x0019;
export const TCP = 6;
const UDP = 17;

export class Relay {
  static possible() {
    return fs.existsSync('/usr/bin/turnserver');
  }

  /** The example configuration with its words replaced, and running. */
  static async open(work, words) {
    const relay = new Relay();
    const file = path.join(work, 'coturn.conf');
    let text = fs.readFileSync(path.join(top, 'docs/coturn.conf'), 'utf8');
    for (const [word, value] of Object.entries(words)) text = text.replaceAll(new RegExp(`=${word}$`, 'gm'), `=${value}`);
    fs.writeFileSync(file, `${text}\nuserdb=${work}/turndb\npidfile=${work}/turn.pid\nlog-file=stdout\nno-tls\nno-dtls\n`);
    const log = fs.openSync(path.join(work, 'relay.log'), 'w');
    relay.address = words.RELAY;
    relay.process = spawn('/usr/bin/turnserver', ['-c', file], { stdio: ['ignore', log, log] });
    for (const until = Date.now() + 10_000; ; ) {
      try {
        (await relay.connect()).destroy();
        return relay;
      } catch (error) {
        if (relay.process.exitCode !== null || Date.now() > until) throw error;
      }
    }
  }

  connect() {
    return new Promise((resolve, reject) => {
      const socket = net.connect(3478, this.address, () => resolve(socket)).on('error', reject);
    });
  }

  /** Allocates with what a browser was given; tells what permission for each of `peers` is answered: 0 or a code. */
  async ask({ username, credential }, peers, transport = UDP) {
    const line = new Line(await this.connect());
    try {
      const wanted = [REQUESTED_TRANSPORT, Buffer.from([transport, 0, 0, 0])];
      const first = await line.request(ALLOCATE, [wanted]);
      const realm = first.attributes.get(REALM);
      const nonce = first.attributes.get(NONCE);
      const key = crypto.createHash('md5').update(`${username}:${realm}:${credential}`).digest();
      const who = [[USERNAME, Buffer.from(username)], [REALM, realm], [NONCE, nonce]];
      const allocated = (await line.request(ALLOCATE, [...who, wanted], key)).code;
      const answers = {};
      for (const peer of peers) {
        answers[peer] = (await line.request(CREATE_PERMISSION, [...who, [PEER_ADDRESS, (id) => peerAddress(peer, id)]], key)).code;
      }
      return { allocated, answers };
    } finally {
      line.socket.destroy();
    }
  }
}

/** What Oyer would have made for `username`. */
export function credentialFor(secret, username) {
  return { username, credential: crypto.createHmac('sha1', secret).update(username).digest('base64') };
}

function header(type, length, id) {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(length, 2);
  bytes.writeUInt32BE(COOKIE, 4);
  id.copy(bytes, 8);
  return bytes;
}

function attribute(type, value) {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

/** "1.2.3.4" or sixteen bytes in hex. */
function peerAddress(text, id) {
  const isV4 = net.isIPv4(text);
  const ip = isV4 ? Buffer.from(text.split('.').map(Number)) : Buffer.from(text, 'hex');
  const mask = Buffer.concat([header(0, 0, id).subarray(4, 8), id]);
  const bytes = Buffer.alloc(4 + ip.length);
  bytes[1] = isV4 ? 1 : 2;
  bytes.writeUInt16BE(9 ^ (COOKIE >>> 16), 2);
  for (let i = 0; i < ip.length; i++) bytes[4 + i] = ip[i] ^ mask[i];
  return bytes;
}

class Line {
  #left = Buffer.alloc(0);
  #waiting = [];

  constructor(socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.#left = Buffer.concat([this.#left, bytes]);
      while (this.#left.length >= 20 && this.#left.length >= 20 + this.#left.readUInt16BE(2)) {
        const size = 20 + this.#left.readUInt16BE(2);
        this.#waiting.shift()?.(this.#left.subarray(0, size));
        this.#left = this.#left.subarray(size);
      }
    });
  }

  async request(type, attributes, key) {
    const id = crypto.randomBytes(12);
    let body = Buffer.concat(attributes.map(([name, value]) => attribute(name, typeof value === 'function' ? value(id) : value)));
    if (key) {
      const mac = crypto.createHmac('sha1', key).update(Buffer.concat([header(type, body.length + 24, id), body])).digest();
      body = Buffer.concat([body, attribute(INTEGRITY, mac)]);
    }
    const answered = new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      setTimeout(reject, 5000, new Error('the relay does not answer')).unref();
    });
    this.socket.write(Buffer.concat([header(type, body.length, id), body]));
    return read(await answered);
  }
}

/** {code: 0 for success, attributes} */
function read(bytes) {
  const attributes = new Map();
  for (let at = 20; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  const error = attributes.get(ERROR_CODE);
  return { code: error ? error[2] * 100 + error[3] : 0, attributes };
}
