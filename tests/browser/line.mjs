// SPDX-License-Identifier: LGPL-2.1-or-later

// A bad line, and behind it a network of its own for one person's browser.
// See tests/support/impair.c for what can be set: up is from the person to the server.

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';

import { top } from './people.mjs';

const program = process.env.OYER_IMPAIR ?? path.join(top, 'build/tests/support/impair');
let lines = 0;

export class Line {
  static possible() {
    try {
      fs.accessSync('/dev/net/tun', fs.constants.W_OK);
      return true;
    } catch {
      return false;
    }
  }

  /** `work`: a folder for the script that starts Chromium behind the line. */
  static async open(work, { seed = 1 } = {}) {
    const line = new Line();
    line.number = ++lines;
    line.name = `wlan${line.number}`;
    line.near = `10.98.${line.number}.1`;
    line.far = `10.98.${line.number}.2`;
    line.process = spawn(program, ['--seed', String(seed), '--name', line.name, '--near', line.near, '--far', line.far], { stdio: ['pipe', 'pipe', 'inherit'] });
    line.answers = readline.createInterface({ input: line.process.stdout })[Symbol.asyncIterator]();
    const first = await line.answers.next();
    if (first.done) throw new Error('impair does not start');
    line.pid = JSON.parse(first.value).ready;
    line.executable = path.join(work, `chromium-${line.name}`);
    fs.writeFileSync(line.executable, `#!/bin/sh\nexec nsenter --net=/proc/${line.pid}/ns/net /usr/bin/chromium "$@"\n`, { mode: 0o755 });
    return line;
  }

  /** Sets what `command` names, and tells the counters: {up: {packets, lost, …}, down}. */
  async set(command = {}) {
    this.process.stdin.write(`${JSON.stringify(command)}\n`);
    const answer = JSON.parse((await this.answers.next()).value);
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  /** Runs a command in the person's network. */
  inside(...command) {
    return execFileSync('nsenter', [`--net=/proc/${this.pid}/ns/net`, ...command], { encoding: 'utf8' });
  }

  /** From one network to another: the old address is gone at once, and all that was bound to it. */
  roam(far) {
    const old = this.far;
    this.far = far;
    execFileSync('ip', ['route', 'replace', far, 'dev', this.name]);
    this.inside('sh', '-c', `ip address del ${old} peer ${this.near} dev ${this.name}; ip address add ${far} peer ${this.near} dev ${this.name}; ip route replace default dev ${this.name}`);
  }

  async close() {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.stdin.end();
    await ended;
  }
}
