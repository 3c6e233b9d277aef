/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Just enough of RFC 6455 for a fake server: text frames, close, ping. */

import { createHash } from "node:crypto";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export class WebSocketPeer {
  #socket;
  #buffer = Buffer.alloc(0);
  onText = () => {};
  onClose = () => {};

  /** Answers the upgrade `request` on `socket`. */
  constructor(request, socket, protocol) {
    this.#socket = socket;
    const accept = createHash("sha1")
      .update(request.headers["sec-websocket-key"] + GUID)
      .digest("base64");
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
    );
    socket.on("data", (data) => this.#take(data));
    socket.on("close", () => this.onClose());
    socket.on("error", () => {});
  }

  send(text) {
    this.#frame(0x1, Buffer.from(text));
  }

  close(code) {
    const body = Buffer.alloc(2);
    body.writeUInt16BE(code);
    this.#frame(0x8, body);
    this.#socket.end();
  }

  /** As when a cable is pulled: no close frame. */
  destroy() {
    this.#socket.destroy();
  }

  #frame(opcode, body) {
    if (this.#socket.destroyed) return;
    let head;
    if (body.length < 126) head = Buffer.from([0x80 | opcode, body.length]);
    else if (body.length < 65536) {
      head = Buffer.alloc(4);
      head.writeUInt8(0x80 | opcode, 0);
      head.writeUInt8(126, 1);
      head.writeUInt16BE(body.length, 2);
    } else {
      head = Buffer.alloc(10);
      head.writeUInt8(0x80 | opcode, 0);
      head.writeUInt8(127, 1);
      head.writeBigUInt64BE(BigInt(body.length), 2);
    }
    this.#socket.write(Buffer.concat([head, body]));
  }

  #take(data) {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const buffer = this.#buffer;
      if (buffer.length < 2) return;
      let length = buffer[1] & 0x7f;
      let at = 2;
      if (length === 126) {
        if (buffer.length < 4) return;
        length = buffer.readUInt16BE(2);
        at = 4;
      } else if (length === 127) {
        if (buffer.length < 10) return;
        length = Number(buffer.readBigUInt64BE(2));
        at = 10;
      }
      if (buffer.length < at + 4 + length) return;
      const mask = buffer.subarray(at, at + 4);
      const body = Buffer.from(buffer.subarray(at + 4, at + 4 + length));
      for (let i = 0; i < body.length; i += 1) body[i] ^= mask[i & 3];
      this.#buffer = buffer.subarray(at + 4 + length);
      const opcode = buffer[0] & 0x0f;
      if (opcode === 0x1) this.onText(body.toString());
      else if (opcode === 0x9) this.#frame(0xa, body);
      else if (opcode === 0x8) this.#socket.end();
    }
  }
}
