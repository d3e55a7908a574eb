// A server of the SDK for TypeScript in the newest version of the protocol: node modern.mjs stdio|http
// Over HTTP, the first line that it prints is its port.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { call, tools } from './tools.mjs';

let handler;

function build() {
  const server = new Server({ name: 'typescript-sdk', version: '2' }, { capabilities: { tools: { listChanged: true } } });
  server.setRequestHandler('tools/list', async () => ({ tools }));
  server.setRequestHandler('tools/call', (request, context) =>
    call(request.params, context.mcpReq.signal, {
      progress: (params) => context.mcpReq.notify({ method: 'notifications/progress', params }),
      changed: () => (handler ? handler.notify.toolsChanged() : server.sendToolListChanged()),
      forget: () => {},
    }),
  );
  return server;
}

if (process.argv[2] === 'stdio') {
  serveStdio(build);
} else {
  handler = createMcpHandler(build);
  const http = createServer(async (incoming, outgoing) => {
    const closed = new AbortController();
    outgoing.on('close', () => closed.abort());
    const body = incoming.method === 'POST' ? Readable.toWeb(incoming) : undefined;
    const request = new Request(`http://127.0.0.1${incoming.url}`, {
      method: incoming.method,
      headers: incoming.headers,
      body,
      duplex: 'half',
      signal: closed.signal,
    });
    const response = await handler.fetch(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (!response.body) {
      outgoing.end();
      return;
    }
    outgoing.flushHeaders();
    const events = Readable.fromWeb(response.body);
    events.on('error', () => outgoing.destroy());
    outgoing.on('close', () => events.destroy());
    events.pipe(outgoing);
  });
  http.listen(0, '127.0.0.1', () => console.log(http.address().port));
}
