import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** A proxy before a port of this machine that delays, cuts and swallows. */
interface TcpProxy {
  port: number;
  /** Milliseconds that every chunk takes, drawn anew for each. */
  delay: () => number;
  /** Ends all connections. */
  cut(): void;
  /** From now on the connections that are open pass nothing on, and are not ended: their other end is gone. */
  swallow(): void;
  /** Number of connections so far. */
  connections(): number;
}

export async function tcpProxy(context: TestContext, target: number): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let connections = 0;
  const swallowed = new Set<Socket>();
  const server = createServer((client) => {
    connections++;
    const upstream = connect(target, '127.0.0.1');
    const pass = (from: Socket, to: Socket) => {
      // Chunks keep their order.
      let last: Promise<unknown> = Promise.resolve();
      from.on('data', (chunk) => {
        if (swallowed.has(client)) return;
        const delayed = new Promise((resolve) => setTimeout(resolve, proxy.delay()));
        last = last.then(() => delayed).then(() => to.write(chunk));
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        open.delete(client);
        if (!swallowed.has(client)) to.destroy();
      });
    };
    open.add(client);
    pass(client, upstream);
    pass(upstream, client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const proxy: TcpProxy = {
    port,
    delay: () => 0,
    cut: () => open.forEach((socket) => socket.destroy()),
    swallow: () => open.forEach((socket) => swallowed.add(socket)),
    connections: () => connections,
  };
  context.after(() => {
    proxy.cut();
    swallowed.forEach((socket) => socket.destroy());
    server.close();
  });
  return proxy;
}
